# A task of a driver that is a plugin: samples/plugins/script-driver, in C#, whose README says how to build it.
#
#   pbm agent -dev -plugin-dir <where it is>
#   pbm run script-plugin.nomad.hcl

job "script" {
  type = "service"

  group "script" {
    task "count" {
      driver = "script"

      config {
        script = <<-SCRIPT
          i=0
          while true; do
            i=$((i+1))
            echo "$1 $i"
            sleep 1
          done
        SCRIPT

        arguments = ["line"]
      }

      resources {
        cpu    = 50
        memory = 32
      }

      kill_timeout = "2s"
    }

    update {
      min_healthy_time = "1s"
      healthy_deadline = "1m"
    }
  }
}
