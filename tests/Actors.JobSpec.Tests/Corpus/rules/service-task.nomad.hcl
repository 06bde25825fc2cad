job "app" {
  group "web" {
    service {
      name = "web"
      task = "mian"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
