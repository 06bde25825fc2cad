job "app" {
  type = "system"
  group "web" {
    reschedule {
      attempts = 1
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
