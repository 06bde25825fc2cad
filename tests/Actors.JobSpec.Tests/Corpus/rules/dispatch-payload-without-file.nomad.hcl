job "app" {
  type = "batch"
  parameterized {}
  group "web" {
    task "main" {
      driver = "raw_exec"
      dispatch_payload {
        file = ""
      }
    }
  }
}
