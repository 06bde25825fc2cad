locals {
  a = 1
  b {
  }
}
locals {
  a = 2
}
job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
