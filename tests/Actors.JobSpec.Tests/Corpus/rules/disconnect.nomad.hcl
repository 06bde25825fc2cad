job "app" {
  group "web" {
    disconnect {
      lost_after = "1h"
      stop_on_client_after = "1h"
      reconcile = "best"
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
