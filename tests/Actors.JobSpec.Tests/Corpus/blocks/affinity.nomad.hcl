job "app" {
  affinity {
    attribute = "${node.datacenter}"
    value     = "dc1"
    weight    = 100
  }
  affinity {
    attribute = "${meta.rack}"
    operator  = "!="
    value     = "r7"
    weight    = -30
  }
  affinity {
    attribute    = "${meta.features}"
    set_contains = "ssd"
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
