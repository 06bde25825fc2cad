job "app" {
  priority = 0
  group "web" {
    count = -5
    restart {
      mode = "x"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        memory = 1
      }
      logs {
        max_files = 0
      }
    }
  }
}
