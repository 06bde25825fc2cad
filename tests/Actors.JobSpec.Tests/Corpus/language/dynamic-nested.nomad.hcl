variable "services" {
  type = map(object({ ports = list(string), tags = optional(list(string)) }))
  default = {
    web = { ports = ["http", "https"], tags = ["edge"] }
    api = { ports = ["grpc"] }
  }
}

job "app" {
  dynamic "group" {
    for_each = var.services
    iterator = each
    labels   = ["${each.key}-group"]
    content {
      network {
        dynamic "port" {
          for_each = each.value.ports
          labels   = [port.value]
          content {
            to = 8000 + port.key
          }
        }
      }
      task "main" {
        driver = "docker"
        config {
          image = "${each.key}:1"
          ports = each.value.ports
          dynamic "mount" {
            for_each = each.value.ports
            content {
              type   = "bind"
              target = "/${mount.value}"
            }
          }
        }
        env {
          TAGS = join(",", each.value.tags == null ? [] : each.value.tags)
        }
      }
    }
  }
}
