job "app" {
  group "web" {
    restart {
      attempts = 1
      delay = "1s"
      interval = "2s"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
