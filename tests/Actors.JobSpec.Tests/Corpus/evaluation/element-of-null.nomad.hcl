locals {
  n = null
}
job "app" {
  group "web" {
    count = local.n[0]
    task "main" {
      driver = "raw_exec"
    }
  }
}
