job "app" {
  group "web" {
    volume "data" {
      type = "host"
      source = "data"
      access_mode = "single-node-reader-only"
      mount_options {
        fs_type = "ext4"
      }
    }
    volume "shared" {
      type = "csi"
      source = "shared"
      access_mode = "multi-node-reader-only"
      attachment_mode = "block-device"
      sticky = true
      mount_options {
        fs_type = "ext4"
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
