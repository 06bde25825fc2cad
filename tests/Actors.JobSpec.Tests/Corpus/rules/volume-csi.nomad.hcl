job "app" {
  group "web" {
    count = 2
    volume "v" {
      type = "csi"
      source = "s"
      access_mode = "single-node-writer"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
