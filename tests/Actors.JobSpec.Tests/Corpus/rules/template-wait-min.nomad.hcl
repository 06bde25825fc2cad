job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      template {
        data = "x"
        destination = "local/x"
        wait {
          max = "5s"
        }
      }
    }
  }
}
