job "app" {
  group "web" {
    spread {
      attribute = "${node.datacenter}"
      weight = 101
      target "dc1" {
        percent = 101
      }
    }
    spread {
      attribute = ""
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
