job "app" {
  group "web" {
    network {
      port "http" {}
    }
    service {
      name = "web"
      port = "http"
      check {
        type = "http"
        path = "http://example.com/health"
        protocol = "ftp"
        interval = "10s"
        timeout = "2s"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
