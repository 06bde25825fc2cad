job "x" {
  group "g" {}
}
}
