job "app" {
  group "web" {
    service "web" {
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
