job "app" {
  group "web" {
    task "init" {
      driver = "raw_exec"
      config {
        command = "/bin/true"
      }
      lifecycle {
        hook = "prestart"
      }
    }
    task "log-shipper" {
      driver = "raw_exec"
      config {
        command = "/bin/ship"
      }
      lifecycle {
        hook    = "poststart"
        sidecar = true
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
