job "app" {
  group "web" {
    volume "data" {
      type = "host"
      source = "d"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      volume_mount {
        volume = "dta"
        destination = "/d"
      }
      volume_mount {
        volume = "data"
        propagation_mode = "x"
      }
    }
  }
}
