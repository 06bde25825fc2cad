job "app" {
  group "web" {
    network {
      port "db" {}
    }
    service {
      provider = "nomad"
      name     = "${JOB}-${TASKGROUP}"
      port     = "db"
      check {
        type     = "tcp"
        interval = "10s"
        timeout  = "2s"
        check_restart {
          limit = 2
        }
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
