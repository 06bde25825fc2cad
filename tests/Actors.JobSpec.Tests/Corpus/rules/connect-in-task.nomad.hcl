job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    task "main" {
      driver = "raw_exec"
      service {
        name = "web"
        connect {
          sidecar_service {}
        }
      }
    }
  }
}
