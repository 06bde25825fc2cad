job "app" {
  group "web" {
    network {
      mode = "bridge"
      hostname = "not a host"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
