job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      logs {
        max_files = 0
        max_file_size = 0
      }
    }
  }
}
