job "x" {
  name =
  region = "eu"
}
