job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "redis"
        port_map {
          db = 6379
        }
      }
      resources {
        cpu    = 500
        memory = 256
        iops   = 10
        disk   = 256
        network {
          mbits = 10
          port "db" {
            static = 6379
          }
        }
      }
    }
  }
}
