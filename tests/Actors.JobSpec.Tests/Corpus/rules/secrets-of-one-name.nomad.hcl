job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
      secret "db" {
        provider = "nomad"
        path = "db"
      }
      secret "db" {
        provider = "vault"
        path = "db"
      }
    }
  }
}
