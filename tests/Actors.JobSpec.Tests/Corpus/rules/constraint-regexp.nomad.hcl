job "app" {
  constraint {
    attribute = "${attr.a}"
    regexp = "(["
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
