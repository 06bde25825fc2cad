# options: var:count=3 var:tags=["a","b"] env:NOMAD_VAR_region=eu varfile:values.vars
variable "count" {
  type        = number
  description = "How many."
  default     = 1
}
variable "tags" {
  type    = list(string)
  default = []
}
variable "region" {}
variable "image" {
  type = string
}
variable "from_json" {
  type    = object({ a = number, b = optional(string) })
  default = { a = "5" }
}
variables {
  untyped = ["x", 1]
}
job "app-${var.region}" {
  region = var.region
  group "web-${var.count}" {
    count = var.count
    task "main" {
      driver = "docker"
      config {
        image = var.image
        args  = concat(var.tags, var.untyped)
      }
      env {
        A = var.from_json.a + 1
        B = var.from_json.b == null ? "none" : var.from_json.b
      }
    }
  }
}
