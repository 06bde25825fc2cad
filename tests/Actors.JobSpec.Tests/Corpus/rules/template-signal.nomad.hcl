job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      template {
        data = "x"
        destination = "local/x"
        change_mode = "signal"
        env = true
      }
      template {
        data = "y"
        destination = "local/x"
        change_mode = "script"
      }
    }
  }
}
