job "app" {
  type = "batch"
  group "web" {
    update {
      max_parallel = 1
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
