job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      template {
        data = "x"
        destination = "local/x"
        wait {
          min = "10s"
          max = "5s"
        }
      }
    }
  }
}
