job "app" {
  constraint {
    attribute = "${attr.a}"
    operator  = "contains"
    value     = "x"
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
