job "app" {
  group "web" {
    count = try()
    task "main" {
      driver = "raw_exec"
    }
  }
}
