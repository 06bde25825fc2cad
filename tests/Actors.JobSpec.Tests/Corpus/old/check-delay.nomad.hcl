job "app" {
  group "web" {
    network {
      port "p" {}
    }
    service {
      port = "p"
      check {
        type    = "tcp"
        delay   = "30s"
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
