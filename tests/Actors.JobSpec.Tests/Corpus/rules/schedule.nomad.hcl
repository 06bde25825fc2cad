job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      schedule {
        cron {
          start = "0 4 * * * *"
          end = "0 5"
          timezone = "UTC"
        }
      }
    }
  }
}
