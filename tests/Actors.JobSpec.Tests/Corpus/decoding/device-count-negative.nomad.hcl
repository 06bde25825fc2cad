job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      resources {
        device "gpu" {
          count = -1
        }
      }
    }
  }
}
