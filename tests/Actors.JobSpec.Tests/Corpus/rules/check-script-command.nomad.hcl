job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      service {
        name = "web"
        check {
          type = "script"
          interval = "10s"
          timeout = "2s"
        }
      }
    }
  }
}
