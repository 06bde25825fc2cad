job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
        template {
          data                 = <<EOT
      {{ range nomadService "db" }}server {{ .Address }}:{{ .Port }}
      {{ end }}
      EOT
          destination          = "local/app.conf"
          change_mode          = "script"
          perms                = "600"
          uid                  = 100
          gid                  = 101
          left_delimiter       = "[["
          right_delimiter      = "]]"
          splay                = "10s"
          error_on_missing_key = true
          once                 = false
          wait {
            min = "2s"
            max = "10s"
          }
          change_script {
            command             = "/bin/reload"
            args                = ["-q"]
            timeout             = "20s"
            fail_on_error       = true
            run_on_first_render = true
          }
        }
        template {
          source        = "local/env.tpl"
          destination   = "secrets/env"
          env           = true
          change_mode   = "restart"
        }
        template {
          data          = "x"
          destination   = "local/x"
          change_mode   = "signal"
          change_signal = "sighup"
        }
    }
  }
}
