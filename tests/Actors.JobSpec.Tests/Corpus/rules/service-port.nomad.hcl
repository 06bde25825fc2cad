job "app" {
  group "web" {
    network {
      port "http" {}
    }
    service {
      port = "htpp"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
