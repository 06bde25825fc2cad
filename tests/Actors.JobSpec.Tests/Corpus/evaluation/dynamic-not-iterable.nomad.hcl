job "app" {
  group "web" {
    dynamic "service" {
      for_each = 5
      content {}
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
