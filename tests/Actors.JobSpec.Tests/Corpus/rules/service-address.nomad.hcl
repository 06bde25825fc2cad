job "app" {
  group "web" {
    service {
      name = "web"
      address = "10.0.0.1"
      address_mode = "host"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
