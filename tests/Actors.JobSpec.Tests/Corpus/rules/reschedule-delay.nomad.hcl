job "app" {
  group "web" {
    reschedule {
      delay = "1s"
      delay_function = "linear"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
