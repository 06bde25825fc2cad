# options: strict varfile:chain-base.vars varfile:chain-prod.json env:NOMAD_VAR_image=env var:count=5
variable "image" {
  default = "default"
}

variable "count" {
  type    = number
  default = 1
}

variable "zones" {
  type    = list(string)
  default = []
}

job "app" {
  datacenters = var.zones
  group "web" {
    count = var.count
    task "main" {
      driver = "docker"
      config {
        image = var.image
      }
    }
  }
}
