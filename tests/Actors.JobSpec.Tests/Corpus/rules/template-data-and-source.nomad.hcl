job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      template {
        data = "x"
        source = "../../x.tpl"
        destination = "local/x"
        vault_grace = "5m"
        perms = "rw"
        splay = "-1s"
      }
    }
  }
}
