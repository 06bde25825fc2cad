job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      env {
        A = ["a"][3]
      }
    }
  }
}
