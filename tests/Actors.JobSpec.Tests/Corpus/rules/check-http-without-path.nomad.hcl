job "app" {
  group "web" {
    service {
      name = "a"
      port = "80"
      check {
        type = "http"
        interval = "1s"
        timeout = "500ms"
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
