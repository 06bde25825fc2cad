job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        memory = 64
        secrets = 128
      }
    }
  }
}
