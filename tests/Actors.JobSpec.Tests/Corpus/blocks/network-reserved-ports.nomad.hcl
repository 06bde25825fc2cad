job "app" {
  group "web" {
    network {
      reserved_ports "http" {
        static = 8080
      }
      port "debug" {}
    }
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/app"
      }
    }
  }
}
