variable "other" {
  default = 1
}

variable "own" {
  default = 2

  validation {
    condition     = var.own > var.other
    error_message = "Own must be more than the other."
  }
}

job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
