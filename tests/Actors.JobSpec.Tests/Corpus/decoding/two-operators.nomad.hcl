job "app" {
  constraint {
    attribute = "${attr.a}"
    version = ">= 1"
    regexp  = "x"
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
