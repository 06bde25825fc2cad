job "app" {
  type = "sysbatch"
  group "web" {
    max_run_duration = "1h"
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
