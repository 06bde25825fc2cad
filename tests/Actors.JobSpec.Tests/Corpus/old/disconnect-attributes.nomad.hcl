job "app" {
  group "web" {
    max_client_disconnect = "1h"
    prevent_reschedule_on_lost = true
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
