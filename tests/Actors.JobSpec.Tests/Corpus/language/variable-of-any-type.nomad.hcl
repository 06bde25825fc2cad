# options: strict var:list=[1,"a"] var:text=plain-text var:name=eu.west var:untyped=[1]
variable "list" {
  type = any
}

variable "text" {
  type = any
}

variable "name" {
  type = any
}

variable "untyped" {}

job "app" {
  meta {
    list    = jsonencode(var.list)
    text    = jsonencode(var.text)
    name    = jsonencode(var.name)
    untyped = jsonencode(var.untyped)
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
