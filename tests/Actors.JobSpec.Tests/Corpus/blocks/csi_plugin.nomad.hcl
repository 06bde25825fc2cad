job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      csi_plugin {
        id             = "ebs"
        type           = "controller"
        mount_dir      = "/csi"
        health_timeout = "45s"
      }
    }
  }
}
