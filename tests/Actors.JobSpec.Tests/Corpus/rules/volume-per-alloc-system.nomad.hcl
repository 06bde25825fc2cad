job "app" {
  type = "system"
  group "web" {
    volume "data" {
      type = "host"
      source = "data"
      per_alloc = true
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
