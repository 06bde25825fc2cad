job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      resources {
        cores      = 2
        memory     = 512
        memory_max = 1024
        secrets    = 8
        device "nvidia/gpu/1080ti" {
          count = 2
          constraint {
            attribute = "${device.attr.memory}"
            operator  = ">="
            value     = "2 GiB"
          }
          affinity {
            attribute = "${device.model}"
            value     = "1080ti"
            weight    = 20
          }
        }
      }
    }
  }
}
