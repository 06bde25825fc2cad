job "app" {
  group "web" {
    network {
      port "http" { to = 80 }
    }
    service {
      name                = "web"
      port                = "http"
      tags                = ["public", "v1"]
      canary_tags         = ["canary"]
      enable_tag_override = true
      address_mode        = "host"
      on_update           = "ignore_warnings"
      meta {
        version = "1"
      }
      canary_meta {
        version = "2"
      }
      tagged_addresses {
        wan = "203.0.113.1"
      }
      weights {
        passing = 10
        warning = 1
      }
      check_restart {
        limit           = 3
        grace           = "30s"
        ignore_warnings = true
      }
      check {
        name     = "up"
        type     = "http"
        path     = "/health"
        method   = "GET"
        interval = "10s"
        timeout  = "2s"
        header {
          Authorization = ["Basic x"]
          Accept        = ["text/plain", "text/html"]
        }
        body                     = "{}"
        protocol                 = "https"
        tls_skip_verify          = true
        tls_server_name          = "web.local"
        initial_status           = "warning"
        notes                    = "is it up?"
        success_before_passing   = 2
        failures_before_critical = 3
        failures_before_warning  = 1
      }
      check {
        name         = "rpc"
        type         = "grpc"
        grpc_service = "health"
        grpc_use_tls = true
        interval     = "20s"
        timeout      = "3s"
      }
    }
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      service {
        name = "${BASE}-script"
        check {
          name     = "ask"
          type     = "script"
          command  = "/bin/check"
          args     = ["-v"]
          interval = "1m"
          timeout  = "5s"
          on_update = "ignore"
        }
      }
    }
  }
}
