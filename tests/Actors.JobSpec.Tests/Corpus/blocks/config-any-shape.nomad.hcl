job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      config {
        image   = "app:1"
        args    = ["-a", 1, true, null, 1.5]
        nested  = { a = { b = [1] } }
        labels {
          "com.example.a" = "b"
        }
        mount {
          type   = "bind"
          source = "a"
        }
        mount {
          type   = "tmpfs"
          target = "/t"
          tmpfs_options {
            size = 1000
          }
        }
        named "x" {
          y = 1
        }
      }
    }
  }
}
