job "app" {
  name        = "App for people"
  region      = "eu"
  namespace   = "team-a"
  priority    = 70
  all_at_once = true
  datacenters = ["dc1", "dc-*"]
  node_pool   = "gpu"
  meta {
    owner = "team a"
    tier  = 2
  }
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
