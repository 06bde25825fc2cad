job "app" {
  group "web" {
    reschedule {
      attempts = 3
      interval = "1h"
      unlimited = true
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
