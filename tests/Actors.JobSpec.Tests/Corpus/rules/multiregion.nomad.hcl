job "app" {
  multiregion {
    strategy {
      max_parallel = 1
      on_failure = "fail_all"
    }
    region "eu" {
      count = 2
      datacenters = ["a"]
      node_pool = "p"
      meta {
        a = "b"
      }
    }
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
