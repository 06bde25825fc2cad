# A small service without containers: it writes a line to its log every second. It needs nothing but /bin/sh.
#
#   pbm run hello-exec.nomad.hcl
#   pbm job status hello
#   pbm alloc logs -f <allocation>

variable "greeting" {
  type    = string
  default = "Hello from Actors"
}

job "hello" {
  type = "service"

  group "hello" {
    count = 1

    task "hello" {
      driver = "raw_exec"

      config {
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

      kill_timeout = "2s"
    }

    update {
      min_healthy_time = "1s"
      healthy_deadline = "1m"
    }
  }
}
