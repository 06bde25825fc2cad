job "x" {
  name = "%{ if true }a"
}
