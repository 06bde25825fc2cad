job "app" {
  group "web" {
    count = length([for x in 5 : x])
    task "main" {
      driver = "raw_exec"
    }
  }
}
