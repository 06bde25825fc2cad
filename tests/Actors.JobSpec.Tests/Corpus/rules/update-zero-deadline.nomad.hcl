job "app" {
  group "web" {
    update {
      healthy_deadline = "0s"
      stagger = "0s"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
