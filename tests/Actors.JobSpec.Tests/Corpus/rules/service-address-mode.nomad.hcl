job "app" {
  group "web" {
    service {
      name = "a"
      address_mode = "driver"
    }
    service {
      name = "b"
      address = "1.2.3.4"
      address_mode = "host"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
