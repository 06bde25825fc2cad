job "app" {
  constraint {
    attribute = "$attr.kernel.name"
    value     = "linux"
  }
  affinity {
    attribute = "$node.datacenter"
    value     = "dc1"
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
