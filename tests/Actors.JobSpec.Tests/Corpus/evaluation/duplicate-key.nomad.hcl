job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      env {
        A = jsonencode({ for v in ["a", "a"] : v => 1 })
      }
    }
  }
}
