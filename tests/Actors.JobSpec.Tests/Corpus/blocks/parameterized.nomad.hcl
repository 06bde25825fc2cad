job "app" {
  type = "batch"
  parameterized {
    payload       = "required"
    meta_required = ["input"]
    meta_optional = ["verbose"]
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      dispatch_payload {
        file = "input.json"
      }
    }
  }
}
