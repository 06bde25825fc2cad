job "app" {
  group "web" {
    count = can(1, 2)
    task "main" {
      driver = "raw_exec"
    }
  }
}
