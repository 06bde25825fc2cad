job "o" {
  update { max_parallel = 1 stagger = "10s" }
  group "g" {
    restart { attempts = 1, interval = "5m", delay = "5s", mode = "fail" }
    task "t" {
      driver = "docker"
      config { image = "x" }
      resources { cpu = 100 memory = 64 }
    }
  }
}
