job "x" {
  priority = 1e999
}
