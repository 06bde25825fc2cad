job "app" {
  group "web" {
    count = local
    task "main" {
      driver = "raw_exec"
    }
  }
}
