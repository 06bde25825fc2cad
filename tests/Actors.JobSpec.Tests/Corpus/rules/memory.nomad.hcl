job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        cpu = 0
        memory = 5
        memory_max = 3
      }
    }
  }
}
