job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      scaling "cpu" {
        max = 1000
      }
    }
  }
}
