job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image       = "x"
        priviledged = true
        host_name   = "h"
        netwrok_mode = "host"
      }
    }
  }
}
