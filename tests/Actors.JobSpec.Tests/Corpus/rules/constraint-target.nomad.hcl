job "app" {
  constraint {
    attribute = "${node.unqiue.id}"
    value = "x"
  }
  constraint {
    attribute = "${NOMAD_PORT_x}"
    value = "x"
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
