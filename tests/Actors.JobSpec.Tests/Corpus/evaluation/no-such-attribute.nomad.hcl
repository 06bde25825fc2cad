locals {
  o = { name = "x" }
}

job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      env {
        A = local.o.nmae
      }
    }
  }
}
