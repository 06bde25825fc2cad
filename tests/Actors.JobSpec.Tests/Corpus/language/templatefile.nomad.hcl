# options: files
job "t" {
  group "g" {
    task "t" {
      driver = "raw_exec"
      template {
        data        = templatefile("servers.tpl", { servers = ["a", "b"] })
        destination = "local/servers"
      }
      env {
        RAW = trimspace(file("servers.tpl"))
      }
    }
  }
}
