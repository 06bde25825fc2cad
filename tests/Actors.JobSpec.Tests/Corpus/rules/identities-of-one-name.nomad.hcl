job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      identity {
        name = "vault"
        aud = ["vault.io"]
      }
      identity {
        name = "vault"
        aud = ["vault.io"]
        file = true
        filepath = "../../token"
        change_mode = "reload"
        ttl = "-1h"
      }
    }
  }
}
