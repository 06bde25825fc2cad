job "app" {
  group "web" {
    constraint {
      attribute = "$${attr.kernel.name"
      value = "linux"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
