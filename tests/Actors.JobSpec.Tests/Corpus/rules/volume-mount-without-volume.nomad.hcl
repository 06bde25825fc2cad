job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      volume_mount {
        destination = "/data"
      }
      volume_mount {
        volume = "data"
        propagation_mode = "shared"
        selinux_label = "y"
      }
    }
  }
}
