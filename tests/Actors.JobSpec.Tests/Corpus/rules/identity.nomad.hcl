job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      identity {
        ttl = "1h"
      }
      identity {
        name = "a b"
        filepath = "x"
        change_mode = "signal"
      }
    }
  }
}
