job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      action "migrate" {
        command = "/bin/migrate"
        args    = ["up"]
      }
      action "flush" {
        command = "/bin/flush"
      }
    }
  }
}
