job "app" {
  group "web" {
    service {
      name = "my_service!"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
