job "app" {
  group "web" {
    task "other" {
      driver = "raw_exec"
      resources {
        network {
          port "p" {
            static = 80
          }
        }
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        network {
          port "p" {}
        }
      }
    }
  }
}
