job "app" {
  constraint {
    attribute        = "${meta.features}"
    set_contains_any = "ssd,nvme"
  }
  constraint {
    attribute        = "${meta.features}"
    set_contains_all = "ssd,gpu"
  }
  constraint {
    attribute = "${meta.rack}"
    is_set    = true
  }
  constraint {
    attribute  = "${meta.broken}"
    is_not_set = true
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
