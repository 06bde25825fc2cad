job "x" {
  name = "a"
  name = "b"
}
