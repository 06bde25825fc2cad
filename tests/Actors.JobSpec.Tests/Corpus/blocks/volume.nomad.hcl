job "app" {
  group "web" {
    volume "data" {
      type      = "host"
      source    = "app-data"
      read_only = false
    }
    volume "shared" {
      type            = "csi"
      source          = "shared-volume"
      access_mode     = "multi-node-multi-writer"
      attachment_mode = "file-system"
      mount_options {
        fs_type     = "ext4"
        mount_flags = ["noatime"]
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      volume_mount {
        volume           = "data"
        destination      = "/data"
        propagation_mode = "host-to-task"
      }
      volume_mount {
        volume        = "shared"
        destination   = "/shared"
        read_only     = true
        selinux_label = "Z"
      }
    }
  }
}
