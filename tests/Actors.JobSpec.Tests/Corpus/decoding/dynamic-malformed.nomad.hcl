job "app" {
  group "web" {
    dynamic "network" {
      content {
        mode = "host"
      }
    }
    dynamic "meta" {
      for_each = [1]
      iterator = 1 + 1
      content {
      }
    }
    dynamic {
      for_each = []
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
