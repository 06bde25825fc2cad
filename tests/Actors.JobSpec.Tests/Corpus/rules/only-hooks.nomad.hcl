job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      lifecycle {
        hook = "poststop"
      }
    }
  }
}
