job "app" {
  group "web" {
    count = var[1]
    task "main" {
      driver = "raw_exec"
    }
  }
}
