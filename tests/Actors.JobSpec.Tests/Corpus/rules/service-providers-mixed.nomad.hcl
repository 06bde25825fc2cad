job "app" {
  group "web" {
    service {
      name = "a"
      provider = "nomad"
    }
    service {
      name = "b"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
