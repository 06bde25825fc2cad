job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      identity {
        env  = true
        file = true
      }
      identity {
        name          = "aws"
        aud           = ["sts.amazonaws.com"]
        ttl           = "1h"
        file          = true
        filepath      = "local/aws.jwt"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        extra_claims  = ["unique_id"]
      }
    }
  }
}
