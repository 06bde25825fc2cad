# A cache: one Redis in a Docker container, on a port that the scheduler chooses.
#
#   pbm job validate example.nomad.hcl
#   pbm job plan     example.nomad.hcl
#   pbm job run      example.nomad.hcl
#   pbm job status   example
job "example" {
  # Anywhere; name some to restrict it: ["dc1", "dc2"].
  datacenters = ["*"]

  # "service" runs until it is stopped, "batch" until it is done, "system" once on every node.
  type = "service"

  # How a change of this file reaches what runs: one allocation after the other, each healthy for
  # ten seconds before the next is touched, and back to the last good version when one is not.
  update {
    max_parallel     = 1
    min_healthy_time = "10s"
    healthy_deadline = "3m"
    auto_revert      = true
  }

  # What belongs together on one node.
  group "cache" {
    count = 1

    network {
      # The port within the container; the node's own is free to choose, and NOMAD_PORT_db tells it.
      port "db" {
        to = 6379
      }
    }

    # A task that ends is started again where it is: twice in half an hour, then it has failed.
    restart {
      attempts = 2
      interval = "30m"
      delay    = "15s"
      mode     = "fail"
    }

    ephemeral_disk {
      size = 300
    }

    task "redis" {
      driver = "docker"

      config {
        image = "redis:latest"
        ports = ["db"]
      }

      resources {
        cpu    = 500 # MHz
        memory = 256 # MiB
      }
    }
  }
}
