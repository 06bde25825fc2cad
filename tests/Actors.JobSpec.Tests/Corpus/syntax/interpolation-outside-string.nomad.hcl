job "x" {
  name = ${var.b}
}
