job "nightly" {
  type = "batch"
  periodic {
    enabled = true
    crons   = ["0 3 * * *"]
  }
  group "web" {
    stop_after_client_disconnect = "5m"
    task "main" {
      driver = "raw_exec"
    }
  }
}
