job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      user           = "app"
      leader         = true
      kill_timeout   = "20s"
      kill_signal    = "SIGQUIT"
      shutdown_delay = "5s"
      env {
        PORT = 8080
        URL  = "http://${NOMAD_ADDR_http}"
      }
      meta {
        a = true
      }
      affinity {
        attribute = "${node.class}"
        value     = "fast"
      }
    }
  }
}
