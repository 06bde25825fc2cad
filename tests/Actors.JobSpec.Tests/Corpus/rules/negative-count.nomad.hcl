job "app" {
  group "web" {
    count = -1
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
