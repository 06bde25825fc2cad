job "x" {
}
/* never ends
