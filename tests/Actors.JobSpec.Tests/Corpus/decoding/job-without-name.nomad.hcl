job {
  group "g" {
    task "t" {
      driver = "x"
    }
  }
}
