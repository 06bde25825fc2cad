job "app" {
  group "web" {
    ephemeral_disk {
      size    = 500
      migrate = true
      sticky  = true
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
