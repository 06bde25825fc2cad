job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      env = {
        A = "1"
      }
      meta = { b = 2 }
    }
  }
}
