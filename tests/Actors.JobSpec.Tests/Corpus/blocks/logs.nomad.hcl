job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      logs {
        max_files     = 3
        max_file_size = 5
      }
    }
  }
}
