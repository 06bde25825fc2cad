job "app" {
  group "web" {
    count = var
    task "main" {
      driver = "raw_exec"
    }
  }
}
