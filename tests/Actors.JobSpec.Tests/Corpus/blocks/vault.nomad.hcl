job "app" {
  vault {
    role = "app"
  }
  group "web" {
    task "own" {
      driver = "raw_exec"
      vault {
        policies      = ["p"]
        namespace     = "ns"
        change_mode   = "signal"
        disable_file  = true
        env           = false
        allow_token_expiration = true
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      secret "db" {
        provider = "vault"
        path     = "secret/data/db"
        config {
          engine = "kv_v2"
        }
        env {
          A = "b"
        }
      }
    }
  }
}
