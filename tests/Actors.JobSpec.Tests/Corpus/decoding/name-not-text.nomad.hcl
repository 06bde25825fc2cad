job "app" {
  group "${[1]}" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
