job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
