job "app" {
  group "web" {
    dynamic "service" {
      for_each = [1]
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
