job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      resources {
        numa {
          affinity = "required"
        }
      }
    }
  }
}
