job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      action "a b" {
      }
      action "c" {
        command = "x"
      }
      action "c" {
        command = "y"
      }
    }
  }
}
