job "app" {
  group "web" {
    ephemeral_disk {
      migrate = true
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
