job "app" {
  type = "batch"
  periodic {
    crons = ["* * *", "61 * * * *", "@often", "5-1 * * * *"]
    time_zone = "Mars/Base"
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
