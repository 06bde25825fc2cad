job "app" {
  group "web" {
    dynamic "constraint" {
      for_each = flatten([for i in range(1024) : [for j in range(64) : j]])
      content {
        attribute = "${attr.kernel.name}"
        value = constraint.value
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
