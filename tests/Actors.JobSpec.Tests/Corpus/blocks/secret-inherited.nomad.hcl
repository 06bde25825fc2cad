job "app" {
  secret "shared" {
    provider = "nomad"
    path     = "nomad/jobs/app"
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
      secret "own" {
        provider = "nomad"
        path     = "nomad/jobs/app/own"
      }
    }
  }
}
