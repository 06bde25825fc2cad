job "app" {
  group "web" {
    shutdown_delay = "-1s"
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      kill_timeout = "-5s"
      shutdown_delay = "-1s"
    }
  }
}
