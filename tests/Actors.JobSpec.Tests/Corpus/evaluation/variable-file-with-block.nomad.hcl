# options: strict varfile:block.vars
variable "a" {}
job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
