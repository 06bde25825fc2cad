job "x" {
  name = <<EOF
abc
}
