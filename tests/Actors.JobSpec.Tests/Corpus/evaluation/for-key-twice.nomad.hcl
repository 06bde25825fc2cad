job "app" {
  group "web" {
    count = length({ for x in [1, 1] : x => x })
    task "main" {
      driver = "raw_exec"
    }
  }
}
