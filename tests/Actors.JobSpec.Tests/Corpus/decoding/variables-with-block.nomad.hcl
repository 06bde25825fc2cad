variables {
  a = 1
  b {
  }
}
job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
