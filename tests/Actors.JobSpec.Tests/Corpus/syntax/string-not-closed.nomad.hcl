job "x" {
  name = "abc
  region = "eu"
}
