job "app" {
  group "web" {
    network {
      port "http" {}
    }
    service {
      name = "web"
      provider = "nomad"
      port = "http"
      check {
        type = "http"
        path = "/"
        tls_server_name = "x"
        address_mode = "driver"
        interval = "10s"
        timeout = "2s"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
