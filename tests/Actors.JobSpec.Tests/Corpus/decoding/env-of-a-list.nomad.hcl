job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      env {
        A = ["x"]
      }
    }
  }
}
