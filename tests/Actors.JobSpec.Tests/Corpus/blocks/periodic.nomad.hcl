job "app" {
  type = "batch"
  periodic {
    crons            = ["*/15 * * * *", "0 4 * * MON-FRI", "@daily"]
    prohibit_overlap = true
    time_zone        = "Europe/Berlin"
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
