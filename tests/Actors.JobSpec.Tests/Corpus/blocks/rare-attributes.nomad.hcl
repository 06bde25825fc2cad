# Attributes that the other files of this folder leave out.
job "rare" {
  migrate {
    max_parallel = 2
  }
  reschedule {
    delay = "10s"
  }

  group "web" {
    disconnect {
      lost_after = "1h"
      replace    = true
    }

    network {
      device = "eth0"
      cidr   = "10.0.0.0/8"
      ip     = "10.1.2.3"
      port "http" {}
    }

    service {
      name = "web"
      port = "http"
      check {
        type      = "tcp"
        port      = "http"
        advertise = "10.1.2.4"
        interval  = "10s"
        timeout   = "2s"
      }
    }

    task "main" {
      driver = "docker"
      config {
        image = "web"
      }

      csi_plugin {
        id                     = "disks"
        type                   = "node"
        stage_publish_base_dir = "/local/stage"
      }

      identity {
        name         = "consul"
        aud          = ["consul.io"]
        service_name = "web"
      }

      logs {
        enabled = true
      }

      resources {
        cores = 2
        numa {
          affinity = "prefer"
          devices  = ["nvidia/gpu"]
        }
      }

      template {
        data        = "once"
        destination = "local/once"
        once        = true
      }

      vault {
        role          = "web"
        env           = true
        change_mode   = "signal"
        change_signal = "SIGUSR1"
      }
    }
  }
}
