job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      template {
        data = "x"
        destination = "local/x"
      }
      template {
        data = "y"
        destination = "local/x"
        change_mode = "script"
      }
    }
  }
}
