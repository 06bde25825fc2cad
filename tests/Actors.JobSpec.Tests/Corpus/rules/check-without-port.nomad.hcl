job "app" {
  group "web" {
    service {
      name = "a"
      check {
        type = "tcp"
        interval = "10s"
        timeout = "2s"
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
