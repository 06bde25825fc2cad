locals {
  a = local.b
  b = "${local.c}x"
  c = local.a
}
job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
