job "x" {
  name = "a";
}
