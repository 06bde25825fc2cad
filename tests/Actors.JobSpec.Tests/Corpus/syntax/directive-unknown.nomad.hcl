job "x" {
  name = "%{ while true }a%{ endwhile }"
}
