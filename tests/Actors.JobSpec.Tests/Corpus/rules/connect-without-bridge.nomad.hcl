job "app" {
  group "web" {
    service {
      name = "web"
      connect {
        sidecar_service {}
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
