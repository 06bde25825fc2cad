job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      secret "a-b" {
      }
      secret "v" {
        provider = "vault"
        path = "x"
      }
    }
  }
}
