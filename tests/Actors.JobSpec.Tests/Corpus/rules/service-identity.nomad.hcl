job "app" {
  group "web" {
    service {
      name = "web"
      identity {
        ttl = "1h"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
