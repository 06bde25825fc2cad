job "app" {
  group "web" {
    constraint {
      attribute = "${attr.kernel.name}"
      operator = "set_contains_any"
    }
    constraint {
      attribute = "${attr.cpu.numcores}"
      operator = ">"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
