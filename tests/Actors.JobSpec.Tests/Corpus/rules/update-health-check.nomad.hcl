job "app" {
  update {
    health_check = "none"
    max_parallel = -1
    canary = -1
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
