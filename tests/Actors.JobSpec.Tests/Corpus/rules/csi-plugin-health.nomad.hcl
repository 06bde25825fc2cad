job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      csi_plugin {
        id = "x"
        type = "both"
        health_timeout = "-1s"
      }
    }
  }
}
