job "app" {
  affinity {
    attribute = "${meta.a}"
    operator = "distinct_hosts"
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
