job "app" {
  type = "sysbatch"
  spread {
    attribute = "${node.datacenter}"
  }
  group "web" {
    spread {
      attribute = "${node.datacenter}"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
