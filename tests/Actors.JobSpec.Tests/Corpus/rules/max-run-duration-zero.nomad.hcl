job "app" {
  type = "batch"
  group "web" {
    max_run_duration = "0s"
    task "main" {
      driver = "raw_exec"
    }
  }
}
