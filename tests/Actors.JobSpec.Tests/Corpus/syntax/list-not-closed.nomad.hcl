job "x" {
  datacenters = ["a", "b"
  name = "x"
}
