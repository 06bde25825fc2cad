job "app" {
  group "web" {
    task "a/b" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
