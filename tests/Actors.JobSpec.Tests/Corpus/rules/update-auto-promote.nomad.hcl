job "app" {
  update {
    auto_promote = true
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
