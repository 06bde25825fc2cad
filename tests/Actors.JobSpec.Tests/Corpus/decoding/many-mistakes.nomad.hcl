job "app" {
  regoin = "eu"
  priority = "high"
  group "web" {
    count = true
    updat {
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      drivr = "x"
      kill_timeout = 1.5
    }
  }
}
