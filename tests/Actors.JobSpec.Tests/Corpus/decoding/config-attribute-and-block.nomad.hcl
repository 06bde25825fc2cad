job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "x"
        labels = {}
        labels {
        }
      }
    }
  }
}
