job "app" {
  group "web" {
    network {
      port "http" {}
    }
    service {
      name = "web"
      port = "http"
      check {
        name = "alive"
        type = "tcp"
        interval = "10s"
        timeout = "2s"
      }
      check {
        name = "alive"
        type = "tcp"
        interval = "20s"
        timeout = "2s"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
