job "app" {
  affinity {
    attribute = "${meta.a}"
    value = "x"
    weight = 0
  }
  affinity {
    attribute = "${meta.a}"
    value = "x"
    weight = 101
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
