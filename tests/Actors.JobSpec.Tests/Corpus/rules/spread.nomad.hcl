job "app" {
  spread {
    weight = 101
    target "a" {
      percent = 60
    }
    target "a" {
      percent = 60
    }
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
