job "app" {
  group "web" {
    dynamic "servce" {
      for_each = [1]
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
