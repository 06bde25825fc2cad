job "app" {
  group "web" {
    scaling {
      min = -1
      max = -2
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
