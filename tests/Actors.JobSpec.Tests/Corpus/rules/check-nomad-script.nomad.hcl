job "app" {
  group "web" {
    service {
      name = "a"
      provider = "nomad"
      port = "80"
      check {
        type = "script"
        command = "x"
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
