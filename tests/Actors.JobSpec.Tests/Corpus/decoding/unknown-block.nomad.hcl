job "app" {
  group "web" {
    netwrok {
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
