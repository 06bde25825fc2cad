# A command of the host, isolated from it: its own processes, an unprivileged user, the host's programs read-only, limits
# on memory and processes. Needs an agent that runs as root, and runc.
#
#   pbm run isolated.nomad.hcl
#   pbm alloc logs <allocation>
#   pbm alloc exec -i -t <allocation> /bin/sh

job "isolated" {
  type = "service"

  group "isolated" {
    task "look" {
      driver = "exec"

      config {
        command    = "/bin/sh"
        args       = ["-c", "id; ls /; ls -d /proc/[0-9]*; while true; do date; sleep 5; done"]
        pids_limit = 64
      }

      resources {
        cpu    = 100
        memory = 64
      }

      kill_timeout = "2s"
    }

    update {
      min_healthy_time = "1s"
      healthy_deadline = "1m"
    }
  }
}
