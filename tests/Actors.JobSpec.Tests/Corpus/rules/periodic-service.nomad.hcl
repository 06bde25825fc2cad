job "app" {
  periodic {
    crons = ["@daily"]
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
