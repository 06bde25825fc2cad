job "app" {
  group "web" {
    count = 5[0]
    task "main" {
      driver = "raw_exec"
    }
  }
}
