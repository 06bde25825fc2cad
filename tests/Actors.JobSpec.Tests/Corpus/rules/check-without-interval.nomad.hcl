job "app" {
  group "web" {
    service {
      name = "a"
      port = "80"
      check {
        type = "tcp"
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
