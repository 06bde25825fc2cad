# options: var:cuont=3
variable "count" { default = 1 }
job "u" {
  group "g" {
    count = var.count
    task "t" {
      driver = "raw_exec"
    }
  }
}
