# A virtual machine of a few bytes: a boot sector that says hello on the serial port and waits. The first task makes the
# image; a real one would come with an artifact block.
#
#   pbm run machine.nomad.hcl
#   pbm alloc logs <allocation> machine

job "machine" {
  type = "service"

  group "machine" {
    task "image" {
      driver = "raw_exec"

      lifecycle {
        hook = "prestart"
      }

      config {
        command = "/bin/sh"
        # cli; dx = 3F8h; al = 'h', out; al = 'i', out; al = newline, out; hlt; and again
        args = ["-c", "(printf '\\372\\272\\370\\003\\260h\\356\\260i\\356\\260\\n\\356\\364\\353\\375'; head -c 494 /dev/zero; printf '\\125\\252') >$NOMAD_ALLOC_DIR/disk.img"]
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }

    task "machine" {
      driver = "qemu"

      config {
        image_path  = "../alloc/disk.img"
        accelerator = "tcg"
        args        = ["-serial", "stdio", "-monitor", "none"]
      }

      resources {
        cpu    = 200
        memory = 128
      }

      kill_timeout = "5s"
    }

    update {
      min_healthy_time = "1s"
      healthy_deadline = "1m"
    }
  }
}
