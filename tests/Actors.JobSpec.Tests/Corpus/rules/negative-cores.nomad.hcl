job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      resources {
        cores = -1
        secrets = -1
      }
    }
  }
}
