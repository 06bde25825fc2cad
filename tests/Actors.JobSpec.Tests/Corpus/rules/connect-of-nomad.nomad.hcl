job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    service {
      name = "web"
      provider = "nomad"
      connect {
        sidecar_service {}
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
