job "x" {
  name = "a ${var.b"
}
