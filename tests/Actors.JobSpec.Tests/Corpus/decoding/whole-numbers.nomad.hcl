job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    service {
      name = "web"
      connect {
        sidecar_service {
          proxy {
            transparent_proxy {
              exclude_outbound_ports = [1.5, 80]
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
