job "app" {
  group "web" {
    network {
      mode = "cni/mynet"
      cni {
        args = {
          "a" = "x;y"
        }
      }
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
