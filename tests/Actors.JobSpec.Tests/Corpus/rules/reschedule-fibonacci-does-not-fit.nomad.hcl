job "app" {
  group "web" {
    reschedule {
      attempts = 10
      unlimited = false
      interval = "1h"
      delay = "30s"
      delay_function = "fibonacci"
      max_delay = "1h"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
