job "app" {
  group "web" {
    network {
      mode = "bridge"
      port "http" {}
    }
    service {
      name = "web"
      port = "http"
      check {
        type = "tcp"
        expose = true
        interval = "10s"
        timeout = "2s"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
