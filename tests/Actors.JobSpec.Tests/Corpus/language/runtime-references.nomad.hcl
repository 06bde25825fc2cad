job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
        args  = ["-c", "echo ${NOMAD_TASK_NAME} $${not_hcl}"]
      }
      env {
        A = "${attr.kernel.name}-${node.unique.id}-${meta.rack}"
        B = "${NOMAD_PORT_http}:${NOMAD_ALLOC_DIR}"
        C = "${env["HOME"]}"
        D = attr.cpu.arch
        E = "$${literal}"
        F = "$HOME and $(date)"
        G = "${HOME}"
      }
    }
  }
}
