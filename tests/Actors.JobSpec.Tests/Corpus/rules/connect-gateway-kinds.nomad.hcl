job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    service {
      name = "web"
      connect {
        gateway {
          mesh {}
          terminating {}
        }
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
