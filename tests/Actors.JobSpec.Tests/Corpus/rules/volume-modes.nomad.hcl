job "app" {
  group "web" {
    volume "data" {
      type = "host"
      source = "data"
      access_mode = "many"
      attachment_mode = "file"
    }
    volume "shared" {
      type = "csi"
      source = "shared"
    }
    volume "other" {
      type = "nfs"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
