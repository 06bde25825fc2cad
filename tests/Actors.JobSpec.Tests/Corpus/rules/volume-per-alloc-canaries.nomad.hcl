job "app" {
  group "web" {
    count = 2
    update {
      canary = 1
    }
    volume "data" {
      type = "host"
      source = "data"
      per_alloc = true
      sticky = true
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
