job "app" {
  type = "batch"
  group "web" {
    migrate {
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
