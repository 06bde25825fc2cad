job "app" {
  group "web" {
    affinity {
      value = "x"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
