job "app" {
  group "web" {
    task "other" {
      driver = "raw_exec"
      leader = true
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      leader = true
    }
  }
}
