job "app" {
  group "web" {
    reschedule {
      delay = "1m"
      max_delay = "30s"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
