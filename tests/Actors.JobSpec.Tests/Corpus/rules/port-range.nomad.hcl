job "app" {
  group "web" {
    network {
      port "a" {
        static = 70000
      }
      port "b" {
        to = -2
      }
      port "c" {
        static = 0
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
