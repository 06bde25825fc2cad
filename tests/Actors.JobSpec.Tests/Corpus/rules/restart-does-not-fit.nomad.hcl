job "app" {
  group "web" {
    restart {
      attempts = 10
      delay = "1m"
      interval = "5m"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
