job "x" {
  group "g" {
  }
}
