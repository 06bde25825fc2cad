# options: var:a=cli env:NOMAD_VAR_a=env varfile:precedence.vars env:NOMAD_VAR_b=env env:NOMAD_VAR_c=env
variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "d" { default = "default" }
job "p" {
  meta {
    a = var.a
    b = var.b
    c = var.c
    d = var.d
  }
  group "g" {
    task "t" {
      driver = "raw_exec"
    }
  }
}
