job "x" {
  name = << EOF
abc
EOF
}
