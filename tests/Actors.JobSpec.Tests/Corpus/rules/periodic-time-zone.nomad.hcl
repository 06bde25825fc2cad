job "app" {
  type = "batch"
  periodic {
    crons = ["0 0 1 1 *", "61 * * * *"]
    time_zone = "Europe/Berlino"
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
