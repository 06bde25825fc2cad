job "app" {
  group "web" {
    reschedule {
      attempts       = 3
      interval       = "1h"
      delay          = "10s"
      delay_function = "fibonacci"
      max_delay      = "2m"
      unlimited      = false
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
