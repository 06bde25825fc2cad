job "app" {
  group "web" {
    network {
      mode = "bridge"
      port "a" {
        static = 80
        ignore_collision = true
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
