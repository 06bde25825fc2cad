job "app" {
  group "web" {
    count = 99999999999
    task "main" {
      driver = "raw_exec"
    }
  }
}
