job "app" {
  group "web" {
    scaling {
      min = 1
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
