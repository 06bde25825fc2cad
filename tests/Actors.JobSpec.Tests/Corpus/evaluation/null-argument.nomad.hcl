job "app" {
  group "web" {
    count = abs(null)
    task "main" {
      driver = "raw_exec"
    }
  }
}
