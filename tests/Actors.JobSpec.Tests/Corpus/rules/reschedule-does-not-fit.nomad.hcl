job "app" {
  group "web" {
    reschedule {
      attempts = 10
      interval = "1m"
      delay = "30s"
      delay_function = "constant"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
