job "app" {
  group "web" {
    network {
      port "a" {}
      port "a" {}
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
