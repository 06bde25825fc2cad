job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      env {
        A = length([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]])
      }
    }
  }
}
