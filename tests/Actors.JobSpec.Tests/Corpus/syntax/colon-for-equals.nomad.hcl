job "x" {
  name: "abc"
}
