job "app" {
  type = "system"
  affinity {
    attribute = "${node.class}"
    value = "a"
  }
  group "web" {
    spread {
      attribute = "${node.class}"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
