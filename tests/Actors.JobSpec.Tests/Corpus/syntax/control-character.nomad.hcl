job "x" {
  name = 
}
