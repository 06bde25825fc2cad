job "app" {
  group "web" {
    ephemeral_disk {
      size = 5
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      logs {
        max_files = 1
        max_file_size = 1
      }
    }
  }
}
