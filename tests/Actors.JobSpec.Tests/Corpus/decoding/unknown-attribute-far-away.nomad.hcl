job "app" {
  group "web" {
    zzzzzz = 3
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
