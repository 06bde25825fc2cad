job "app" {
  group "web" {
    service {
      name = "a"
      provider = "etcd"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
