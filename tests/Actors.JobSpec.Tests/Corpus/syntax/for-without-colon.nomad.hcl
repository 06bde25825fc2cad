job "x" {
  datacenters = [for d in ["a"] d]
}
