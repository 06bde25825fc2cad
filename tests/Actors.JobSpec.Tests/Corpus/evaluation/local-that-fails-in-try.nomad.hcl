locals {
  a = try(local.b, 1)
  b = local.missing
}
job "app" {
  group "web" {
    count = local.a
    task "main" {
      driver = "raw_exec"
    }
  }
}
