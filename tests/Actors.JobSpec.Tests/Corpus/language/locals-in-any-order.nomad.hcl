locals {
  full = "${local.first} ${local.last}"
  last = upper(local.raw.last)
}
locals {
  first = "Ada"
  raw   = { last = "Lovelace" }
}
job "l" {
  name = local.full
  group "g" {
    task "t" {
      driver = "raw_exec"
    }
  }
}
