job "app" {
  update {
    min_healthy_time = "10m"
    healthy_deadline = "5m"
    progress_deadline = "1m"
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
