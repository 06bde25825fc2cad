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
        interval = "10s"
        timeout = "2s"
        notes = "${join(" ", [for i in range(100) : "note"])}"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
