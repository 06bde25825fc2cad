job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    service {
      name = "api"
      port = 9001
      connect {
        sidecar_service {
          tags                      = ["proxy"]
          port                      = "20000"
          disable_default_tcp_check = true
          meta {
            a = "b"
          }
          proxy {
            local_service_address = "127.0.0.1"
            local_service_port    = 9001
            expose {
              path {
                path            = "/health"
                protocol        = "http"
                local_path_port = 9001
                listener_port   = "expose"
              }
            }
            upstreams {
              destination_name = "db"
              local_bind_port  = 5432
              datacenter       = "dc2"
              mesh_gateway {
                mode = "local"
              }
              config {
                connect_timeout_ms = 500
              }
            }
            transparent_proxy {
              uid                    = "101"
              outbound_port          = 15001
              exclude_inbound_ports  = ["22"]
              exclude_outbound_ports = [443]
              exclude_outbound_cidrs = ["10.0.0.0/8"]
              exclude_uids           = ["0"]
              no_dns                 = true
            }
            config {
              protocol = "http"
            }
          }
        }
        sidecar_task {
          driver         = "docker"
          user           = "envoy"
          kill_timeout   = "10s"
          shutdown_delay = "1s"
          kill_signal    = "SIGTERM"
          config {
            image = "envoy:1"
          }
          env {
            A = "1"
          }
          meta {
            b = "2"
          }
          resources {
            cpu    = 200
            memory = 64
          }
          logs {
            max_files = 2
          }
        }
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
