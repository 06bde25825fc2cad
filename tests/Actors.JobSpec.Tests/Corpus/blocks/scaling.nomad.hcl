job "app" {
  group "web" {
    count = 2
    scaling {
      min     = 1
      max     = 10
      enabled = true
      policy {
        cooldown = "1m"
        check "cpu" {
          source = "nomad-apm"
          query  = "avg_cpu"
          strategy "target-value" {
            target = 70
          }
        }
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
