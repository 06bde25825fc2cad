job "app" {
  type = "system"
  group "web" {
    disconnect {
      stop_on_client_after = "1m"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
