# Every field of Consul's mesh that the other files of this folder leave out.
job "mesh" {
  group "edge" {
    network {
      mode = "bridge"
      port "http" {}
    }

    service {
      name = "edge"
      port = "http"
      connect {
        gateway {
          ingress {
            listener {
              port     = 443
              protocol = "http"
              service {
                name  = "web"
                hosts = ["web.example.com"]
                tls {
                  enabled         = true
                  tls_min_version = "TLSv1_2"
                  tls_max_version = "TLSv1_3"
                  sds {
                    cluster_name  = "sds"
                    cert_resource = "web"
                  }
                }
                request_headers {
                  add {
                    x-from = "edge"
                  }
                }
                response_headers {
                  set {
                    x-served-by = "edge"
                  }
                  remove = ["server"]
                }
                max_connections         = 100
                max_pending_requests    = 50
                max_concurrent_requests = 25
              }
            }
          }
        }
      }
    }

    task "main" {
      driver = "docker"
      kind   = "connect-ingress:edge"
      config {
        image = "envoy"
      }
    }
  }

  group "web" {
    network {
      mode = "bridge"
    }

    service {
      name = "web"
      kind = "api"
      port = "8080"
      connect {
        sidecar_service {
          proxy {
            upstreams {
              destination_name        = "db"
              destination_namespace   = "data"
              destination_peer        = "east"
              destination_partition   = "prod"
              destination_type        = "service"
              local_bind_port         = 5432
              local_bind_address      = "127.0.0.1"
              datacenter              = "dc2"
              mesh_gateway {
                mode = "local"
              }
            }
            upstreams {
              destination_name       = "cache"
              local_bind_socket_path = "/run/cache.sock"
              local_bind_socket_mode = "0600"
            }
          }
        }
        sidecar_task {
          name = "envoy"
          volume_mount {
            volume      = "certs"
            destination = "/certs"
          }
          identity {
            name = "mesh"
            aud  = ["consul.io"]
          }
        }
      }
    }

    volume "certs" {
      type      = "host"
      source    = "certs"
      read_only = true
    }

    task "main" {
      driver = "docker"
      config {
        image = "web"
      }
    }
  }
}
