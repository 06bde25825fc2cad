job "app" {
  group "web" {
    count = convert("x", number)
    task "main" {
      driver = "raw_exec"
    }
  }
}
