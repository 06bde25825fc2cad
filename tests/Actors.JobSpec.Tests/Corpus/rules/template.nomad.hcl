job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      template {
      }
      template {
        data = "x"
        destination = "../../../x"
        change_mode = "reload"
        perms = "rw-"
      }
    }
  }
}
