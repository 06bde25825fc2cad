job "x" {
  name = "a%{ endif }"
}
