job "app" {
  group "web" {
    service {
      name = "a"
      provider = "nomad"
      port = "80"
      check {
        type = "http"
        path = "/"
        interval = "1s"
        timeout = "1s"
        failures_before_critical = 2
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
