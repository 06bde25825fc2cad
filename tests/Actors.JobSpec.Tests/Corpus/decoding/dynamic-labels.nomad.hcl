job "app" {
  group "web" {
    network {
      dynamic "port" {
        for_each = ["a"]
        labels = "x"
        content {
        }
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
