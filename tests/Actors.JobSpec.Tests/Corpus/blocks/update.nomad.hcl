job "app" {
  update {
    max_parallel      = 2
    health_check      = "task_states"
    min_healthy_time  = "5s"
    healthy_deadline  = "3m"
    progress_deadline = "8m"
    stagger           = "20s"
    canary            = 1
    auto_revert       = true
    auto_promote      = true
  }
  group "web" {
    count = 3
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
