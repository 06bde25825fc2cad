job "app" {
  group "web" {
    count = length([for x in null : x])
    task "main" {
      driver = "raw_exec"
    }
  }
}
