job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      constraint {
        distinct_hosts = true
      }
    }
  }
}
