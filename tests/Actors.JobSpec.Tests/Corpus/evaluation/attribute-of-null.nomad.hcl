locals {
  n = null
}
job "app" {
  group "web" {
    count = local.n.a
    task "main" {
      driver = "raw_exec"
    }
  }
}
