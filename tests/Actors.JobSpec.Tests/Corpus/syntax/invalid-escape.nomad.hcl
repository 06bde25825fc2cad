job "x" {
  name = "C:\path \u12 \n"
}
