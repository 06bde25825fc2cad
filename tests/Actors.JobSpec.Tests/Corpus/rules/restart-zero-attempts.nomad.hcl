job "app" {
  group "web" {
    restart {
      attempts = 0
      mode = "delay"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
