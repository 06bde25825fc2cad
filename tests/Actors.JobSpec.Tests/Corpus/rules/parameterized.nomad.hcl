job "app" {
  parameterized {
    payload = "maybe"
    meta_required = ["a"]
    meta_optional = ["a"]
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
