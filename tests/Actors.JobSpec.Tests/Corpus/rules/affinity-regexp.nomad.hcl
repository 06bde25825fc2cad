job "app" {
  group "web" {
    affinity {
      attribute = "${node.class}"
      operator = "regexp"
      value = "(?=x)"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
