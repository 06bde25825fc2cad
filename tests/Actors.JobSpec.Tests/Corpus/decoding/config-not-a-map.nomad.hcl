job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      config = "x"
      env = ["x"]
    }
  }
}
