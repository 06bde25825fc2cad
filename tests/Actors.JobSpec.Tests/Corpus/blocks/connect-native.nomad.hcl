job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      service {
        name = "native"
        port = "1234"
        connect {
          native = true
        }
      }
    }
  }
}
