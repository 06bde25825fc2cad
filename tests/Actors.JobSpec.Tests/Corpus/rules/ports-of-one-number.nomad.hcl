job "app" {
  group "web" {
    network {
      port "a" {
        static = 80
      }
      port "b" {
        static = 80
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
