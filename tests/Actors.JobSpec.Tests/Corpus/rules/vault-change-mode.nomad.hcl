job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      vault {
        role = "app"
        change_mode = "reload"
      }
    }
  }
}
