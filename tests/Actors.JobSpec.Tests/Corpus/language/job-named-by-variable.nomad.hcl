# options: strict var:name=shop env:NOMAD_VAR_zone=eu
variable "name" {}

variable "zone" {}

job "${var.name}-${var.zone}" {
  datacenters = ["${var.zone}-1"]
  group "${var.name}" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
