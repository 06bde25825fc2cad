job "x" {
  meta = { a }
}
