job "app" {
  group "web" {
    network {
    }
    network {
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
