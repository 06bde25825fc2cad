# Three instances count to ten and are done. One that fails is tried again.

job "count" {
  type = "batch"

  group "count" {
    count = 3

    restart {
      attempts = 2
      interval = "10m"
      delay    = "1s"
      mode     = "fail"
    }

    reschedule {
      attempts  = 1
      interval  = "1h"
      unlimited = false
    }

    task "count" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "for i in 1 2 3 4 5 6 7 8 9 10; do echo \"$NOMAD_ALLOC_NAME: $i\"; sleep 0.2; done"]
      }

      resources {
        cpu    = 50
        memory = 16
      }
    }
  }
}
