job "app" {
  group "web" {
    count          = 5
    shutdown_delay = "3s"
    meta {
      role = "frontend"
    }
    constraint {
      attribute = "${attr.cpu.arch}"
      value     = "amd64"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
