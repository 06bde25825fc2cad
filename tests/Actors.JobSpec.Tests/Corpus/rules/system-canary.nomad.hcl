job "app" {
  type = "system"
  update {
    canary = 101
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
