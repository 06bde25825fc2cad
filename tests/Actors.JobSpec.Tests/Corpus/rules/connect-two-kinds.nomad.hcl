job "app" {
  group "web" {
    service {
      name = "a"
      connect {
        native = true
        sidecar_service {}
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
