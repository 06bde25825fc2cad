job "app" {
  group "web" {
    service {
      name = "web"
      port = "70000"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
