job "app" {
  datacenters = ["dc1", null]
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
