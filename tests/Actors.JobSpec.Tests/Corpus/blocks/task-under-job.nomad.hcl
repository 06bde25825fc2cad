job "lone" {
  task "first" {
    driver = "raw_exec"
    config {
      command = "/bin/true"
    }
  }
  group "second" {
    task "t" {
      driver = "raw_exec"
      config {
        command = "/bin/true"
      }
    }
  }
}
