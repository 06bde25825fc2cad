job "app" {
  type = "batch"
  periodic {
    cron = "@daily"
    crons = ["@hourly"]
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
