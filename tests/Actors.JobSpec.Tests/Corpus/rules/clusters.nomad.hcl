job "app" {
  group "web" {
    consul {
      cluster = "east"
    }
    service {
      name = "web"
      cluster = "east"
    }
    task "main" {
      driver = "raw_exec"
      vault {
        role = "app"
        cluster = "east"
      }
    }
  }
}
