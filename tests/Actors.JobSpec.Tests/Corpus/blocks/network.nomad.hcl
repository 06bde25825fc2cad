job "app" {
  group "web" {
    network {
      mode     = "bridge"
      hostname = "app.local"
      port "http" {
        static = 8080
        to     = 80
      }
      port "metrics" {
        to           = -1
        host_network = "private"
      }
      port "debug" {}
      dns {
        servers  = ["10.0.0.2"]
        searches = ["svc.local"]
        options  = ["ndots:2"]
      }
      cni {
        args = {
          "nomad.group" = "web"
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
