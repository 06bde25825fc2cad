job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
    task "first" {
      driver = "raw_exec"
      leader = true
      lifecycle {
        hook = "prestart"
      }
    }
  }
}
