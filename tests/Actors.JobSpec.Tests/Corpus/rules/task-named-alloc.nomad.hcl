job "app" {
  group "web" {
    task "alloc" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
