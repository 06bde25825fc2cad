job "app" {
  group "web" {
    service {
      name = "a"
    }
    service {
      name = "a"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
