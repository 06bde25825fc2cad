job "app" {
  group "web" {
    restart {
      mode = "dealy"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
