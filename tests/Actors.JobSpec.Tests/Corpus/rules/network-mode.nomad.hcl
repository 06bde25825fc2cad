job "app" {
  group "web" {
    network {
      mode = "brige"
      hostname = "a_b!"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
