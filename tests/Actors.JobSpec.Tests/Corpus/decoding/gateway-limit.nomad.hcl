job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    service {
      name = "web"
      connect {
        gateway {
          ingress {
            listener {
              port = 80
              protocol = "http"
              service {
                name = "x"
                max_connections = -1
              }
            }
          }
        }
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
