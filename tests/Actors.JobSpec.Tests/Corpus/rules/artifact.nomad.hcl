job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      artifact {
        destination = "../../etc"
        mode = "zip"
        options {
          checksum = "sha256:abc"
        }
      }
      artifact {
        source = "x"
        options {
          checksum = "sha265:abc"
        }
      }
    }
  }
}
