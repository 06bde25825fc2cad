job "app" {
  group "web" {
    consul {
      namespace = "team"
      partition = "default"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      consul {
        cluster = "default"
      }
    }
  }
}
