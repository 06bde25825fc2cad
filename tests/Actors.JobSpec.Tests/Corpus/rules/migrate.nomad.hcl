job "app" {
  group "web" {
    migrate {
      health_check = "x"
      min_healthy_time = "10m"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
