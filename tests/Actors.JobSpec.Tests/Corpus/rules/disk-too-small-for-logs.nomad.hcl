job "app" {
  group "web" {
    ephemeral_disk {
      size = 50
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
