job "app" {
  group "web" {
    cuont = 3
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
