job "app" {
  group "web" {
    count = 20
    scaling {
      min = 5
      max = 3
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
