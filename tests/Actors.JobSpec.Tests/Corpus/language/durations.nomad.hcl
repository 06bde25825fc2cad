job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      kill_timeout   = "1m30s"
      shutdown_delay = 30000000000
      template {
        data        = "x"
        destination = "local/x"
        splay       = "1.5h"
        wait {
          min = "250ms"
          max = "0.5m"
        }
      }
    }
  }
}
