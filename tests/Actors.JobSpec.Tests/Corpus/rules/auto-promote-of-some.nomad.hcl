job "app" {
  update {
    canary = 1
    auto_promote = true
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
  group "api" {
    update {
      canary = 0
      auto_promote = false
    }
    task "main" {
      driver = "raw_exec"
    }
  }
  group "db" {
    update {
      auto_promote = false
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
