job "app" {
  group "web" {
    count = try({}.a, [][0])
    task "main" {
      driver = "raw_exec"
    }
  }
}
