job "app" {
  type = "system"
  group "web" {
    count = 2
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
