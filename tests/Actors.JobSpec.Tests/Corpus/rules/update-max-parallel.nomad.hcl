job "app" {
  group "web" {
    count = 2
    update {
      max_parallel = 3
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
