job "app" {
  group "web" {
    count = 1.5
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
