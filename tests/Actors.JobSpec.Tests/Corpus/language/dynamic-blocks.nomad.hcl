locals {
  ports = { http = 80, https = 443 }
}

job "app" {
  group "web" {
    network {
      dynamic "port" {
        for_each = local.ports
        labels   = [port.key]
        content {
          to = port.value
        }
      }
    }
    dynamic "service" {
      for_each = ["a", "b"]
      iterator = it
      content {
        name = "svc-${it.value}"
        port = "http"
        tags = [for i in range(it.key + 1) : "t${i}"]
        dynamic "check" {
          for_each = it.value == "a" ? [1] : []
          content {
            type     = "tcp"
            interval = "${check.value}0s"
            timeout  = "1s"
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
