job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        device "a/b/c/d" {
          count = 0
        }
      }
    }
  }
}
