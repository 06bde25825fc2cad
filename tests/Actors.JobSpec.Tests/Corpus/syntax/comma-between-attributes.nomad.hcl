job "x" {
  name = "a",
  region = "b"
}
