job “x” {
}
