job "app" {
  group "web" {
    network {
      port "http" {}
    }
    service {
      name = "web"
      port = "http"
      check {
        type = "tcp"
        interval = "100ms"
        timeout = "10ms"
        initial_status = "green"
        on_update = "never"
        address_mode = "auto"
        success_before_passing = -1
        check_restart {
          limit = -1
          grace = "-1s"
        }
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
