job "app" {
  group "web" {
    constraint {
      attribute = "${attr.nomad.version}"
      operator = "semver"
      value = "about 1.2"
    }
    task "main" {
      driver = "raw_exec"
    }
  }
}
