job "app" {
  group "web" {
    constraint {
      attribute = "${attr.kernel.name}"
      operator = "is_set"
      value = "linux"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
