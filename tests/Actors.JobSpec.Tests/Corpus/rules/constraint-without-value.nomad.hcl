job "app" {
  constraint {
    attribute = "${attr.a}"
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
