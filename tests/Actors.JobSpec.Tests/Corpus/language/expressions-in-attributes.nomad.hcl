variable "prod" {
  type    = bool
  default = true
}
locals {
  size = { small = 1, large = 5 }
}
job "e" {
  priority    = var.prod ? 80 : 20
  datacenters = [for n in range(2) : format("dc%02d", n + 1)]
  group "g" {
    count = local.size[var.prod ? "large" : "small"]
    task "t" {
      driver = "raw_exec"
      resources {
        cpu    = 100 * 2 + 50
        memory = max(64, 128)
      }
      env {
        JSON = jsonencode({ a = [1, 2] })
      }
    }
  }
}
