job "app" {
  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }
  constraint {
    attribute = "${attr.cpu.numcores}"
    operator  = ">="
    value     = 4
  }
  constraint {
    attribute = "${attr.nomad.version}"
    version   = ">= 1.2, < 3"
  }
  constraint {
    attribute = "${attr.nomad.version}"
    semver    = ">= 1.2.0"
  }
  constraint {
    attribute = "${node.unique.name}"
    regexp    = "^web-[0-9]+$"
  }
  constraint {
    attribute    = "${meta.features}"
    set_contains = "ssd,gpu"
  }
  constraint {
    distinct_hosts = true
  }
  constraint {
    distinct_property = "${meta.rack}"
    value             = 2
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
