job "n" {
  meta = {
    "dotted.key"  = "a"
    "spaced key"  = "b"
    ("computed${1}") = "c"
    dash-ed       = "d"
    "größe"       = "é"
  }
  group "g" {
    task "t" {
      driver = "raw_exec"
      env = {
        "A.B" = 1
      }
    }
  }
}
