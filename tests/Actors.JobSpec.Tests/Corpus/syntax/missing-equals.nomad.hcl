job "x" {
  name "abc"
}
