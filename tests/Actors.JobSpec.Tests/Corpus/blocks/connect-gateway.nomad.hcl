job "app" {
  group "web" {
    network {
      mode = "bridge"
    }
    service {
      name = "ingress"
      port = "8080"
      connect {
        gateway {
          proxy {
            connect_timeout                     = "3s"
            envoy_gateway_bind_tagged_addresses = true
            envoy_gateway_no_default_bind       = true
            envoy_dns_discovery_type            = "STRICT_DNS"
            envoy_gateway_bind_addresses "eth0" {
              address = "10.0.0.1"
              port    = 8888
            }
            config {
              a = 1
            }
          }
          ingress {
            tls {
              enabled         = true
              tls_min_version = "TLSv1_2"
              cipher_suites   = ["X"]
              sds {
                cluster_name  = "c"
                cert_resource = "r"
              }
            }
            listener {
              port     = 8080
              protocol = "http"
              service {
                name            = "web"
                hosts           = ["web.example.com"]
                max_connections = 100
                request_headers {
                  add {
                    x-a = "1"
                  }
                  remove = ["x-b"]
                }
              }
            }
          }
        }
      }
    }
    service {
      name = "terminating"
      port = "8081"
      connect {
        gateway {
          terminating {
            service {
              name      = "billing"
              ca_file   = "/ca.pem"
              cert_file = "/cert.pem"
              key_file  = "/key.pem"
              sni       = "billing.local"
            }
          }
        }
      }
    }
    service {
      name = "mesh"
      port = "8082"
      connect {
        gateway {
          mesh {}
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
