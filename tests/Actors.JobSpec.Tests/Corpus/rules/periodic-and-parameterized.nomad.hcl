job "app" {
  type = "batch"
  periodic {
    crons = ["@daily"]
  }
  parameterized {}
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
