# The same small service with whatever driver the node has:
#
#   pbm run -var driver=raw_exec hello.nomad.hcl
#   pbm run -var driver=docker -var image=busybox:1.36 hello.nomad.hcl

variable "driver" {
  type    = string
  default = "docker"

  validation {
    condition     = contains(["docker", "raw_exec"], var.driver)
    error_message = "The driver is docker or raw_exec."
  }
}

variable "image" {
  description = "An image with /bin/sh; only for docker."
  type        = string
  default     = "actors/hello:local"
}

variable "greeting" {
  type    = string
  default = "Hello from Actors"
}

locals {
  script = <<-EOT
    i=0
    while true; do
      i=$((i + 1))
      echo "$GREETING, line $i, allocation $NOMAD_ALLOC_INDEX"
      sleep 1
    done
  EOT

  shell = {
    command = "/bin/sh"
    args    = ["-c", local.script]
  }
}

job "hello" {
  type = "service"

  group "hello" {
    count = 1

    task "hello" {
      driver = var.driver
      config = var.driver == "docker" ? merge(local.shell, { image = var.image }) : local.shell

      env {
        GREETING = var.greeting
      }

      resources {
        cpu    = 50
        memory = 32
      }

      kill_timeout = "2s"
    }

    update {
      min_healthy_time = "1s"
      healthy_deadline = "1m"
    }
  }
}
