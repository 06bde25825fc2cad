job "app" {
  group "web" {
    volume "v" {
      type = "host"
      source = "a"
    }
    volume "v" {
      type = "host"
      source = "b"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
