job "app" {
  group "web" {
    restart {
      attempts         = 4
      interval         = "10m"
      delay            = "20s"
      mode             = "delay"
      render_templates = true
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      restart {
        attempts = 1
      }
    }
  }
}
