job "app" {
  group "web" {
    disconnect {
      lost_after = "-1s"
      reconcile = "best"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
