job "app" {
  group "web" {
    network {
      port {
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
