job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        cpu = 100
        cores = 1
      }
    }
  }
}
