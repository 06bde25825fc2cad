job "app" {
  type = "batch"
  periodic {
    cron = "0 * * * *"
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
