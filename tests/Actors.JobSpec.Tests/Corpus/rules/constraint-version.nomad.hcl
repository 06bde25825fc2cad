job "app" {
  constraint {
    attribute = "${attr.a}"
    version = ">= one"
  }
  constraint {
    attribute = "${attr.a}"
    semver = ">= 1.2"
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
