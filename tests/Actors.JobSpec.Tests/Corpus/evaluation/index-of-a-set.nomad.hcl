job "app" {
  group "web" {
    count = convert([1, 2], set(number))[0]
    task "main" {
      driver = "raw_exec"
    }
  }
}
