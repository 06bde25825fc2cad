job "app" {
  group "web" {
    service {
      name = "a"
      port = "80"
      check {
        type = "htp"
        interval = "1s"
        timeout = "1s"
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
