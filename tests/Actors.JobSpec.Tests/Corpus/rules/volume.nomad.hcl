job "app" {
  group "web" {
    volume "v" {
      type = "nfs"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
