job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      resources {
        device "nvidia/gpu" {
          constraint {
            operator = "distinct_hosts"
          }
        }
      }
    }
  }
}
