# A small service in a container: it writes a line to its log every second.
#
#   pbm run hello-docker.nomad.hcl
#   pbm job status hello
#   pbm alloc logs -f <allocation>
#
# The image is a variable, so that one that is already on the node can be used:
#
#   pbm run -var image=busybox:1.36 hello-docker.nomad.hcl

variable "image" {
  description = "An image with /bin/sh."
  type        = string
  default     = "actors/hello:local"
}

variable "greeting" {
  type    = string
  default = "Hello from Actors"
}

job "hello" {
  type = "service"

  group "hello" {
    count = 1

    task "hello" {
      driver = "docker"

      config {
        image   = var.image
        command = "/bin/sh"
        args    = ["-c", "i=0; while true; do i=$((i+1)); echo \"$GREETING, line $i, allocation $NOMAD_ALLOC_INDEX\"; sleep 1; done"]
      }

      env {
        GREETING = var.greeting
      }

      resources {
        cpu    = 50
        memory = 32
      }

      # The shell does not wait for its sleep when it is asked to stop.
      kill_timeout = "2s"
    }

    update {
      min_healthy_time = "1s"
      healthy_deadline = "1m"
    }
  }
}
