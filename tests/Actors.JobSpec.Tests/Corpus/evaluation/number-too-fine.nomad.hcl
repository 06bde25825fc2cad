job "app" {
  group "web" {
    count = 1e-300 * 1e-300
    task "main" {
      driver = "raw_exec"
    }
  }
}
