job "app" {
  group "web" {
    count = max(5...)
    task "main" {
      driver = "raw_exec"
    }
  }
}
