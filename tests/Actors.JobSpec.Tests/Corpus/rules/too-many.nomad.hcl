job "app" {
  group "web" {
    count = 60000
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
