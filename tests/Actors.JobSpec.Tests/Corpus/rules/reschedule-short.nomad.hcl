job "app" {
  group "web" {
    reschedule {
      attempts = 1
      unlimited = false
      interval = "10s"
      delay = "5s"
      max_delay = "1s"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
