job "app" {
  group "web" {
    migrate {
      max_parallel     = 2
      health_check     = "checks"
      min_healthy_time = "15s"
      healthy_deadline = "6m"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
