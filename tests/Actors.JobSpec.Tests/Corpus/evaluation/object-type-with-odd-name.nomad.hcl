job "app" {
  group "web" {
    count = convert({}, object({ (1) = string }))
    task "main" {
      driver = "raw_exec"
    }
  }
}
