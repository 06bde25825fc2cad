job "app" {
  group "web" {
    count = convert(1, 1 + 1)
    task "main" {
      driver = "raw_exec"
    }
  }
}
