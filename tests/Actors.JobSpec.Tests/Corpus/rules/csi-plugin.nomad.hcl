job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      csi_plugin {
        type = "x"
      }
    }
  }
}
