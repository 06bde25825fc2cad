job "app" {
  meta {
    a = 1
  }
  meta {
    b = 2
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
