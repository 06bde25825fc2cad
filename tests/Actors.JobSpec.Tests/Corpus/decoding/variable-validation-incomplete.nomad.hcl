variable "a" {
  default = 1
  validation {
    condition = var.a > 0
  }
  validation {
    condition = "x"
    error_message = "no"
  }
}
job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
