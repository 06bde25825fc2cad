job "app" {
  constraint {
    distinct_property = "${meta.rack}"
    value = 0
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
