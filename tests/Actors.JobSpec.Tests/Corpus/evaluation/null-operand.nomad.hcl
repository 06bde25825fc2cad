job "app" {
  group "web" {
    count = 1 + null
    task "main" {
      driver = "raw_exec"
    }
  }
}
