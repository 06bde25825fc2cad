job "app" {
  group "web" {
    count = "two"
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
