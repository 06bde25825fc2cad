job "app" {
  group "web" {
    count = true ? 1 : ["a"]
    task "main" {
      driver = "raw_exec"
    }
  }
}
