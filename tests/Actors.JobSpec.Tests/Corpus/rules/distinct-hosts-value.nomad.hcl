job "app" {
  group "web" {
    constraint {
      operator = "distinct_hosts"
      value = "maybe"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
