job "x" {
  name = "${HOME:-/root}"
}
