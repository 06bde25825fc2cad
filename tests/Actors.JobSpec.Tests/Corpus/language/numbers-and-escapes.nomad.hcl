job "app" {
  meta {
    sum      = 0.1 + 0.2
    exponent = 1.5e3
    large    = 123456789012345678901234567890
    division = 10 / 4
    modulo   = -7 % 3
    order    = 1 + 2 * 3 == 7 && !(4 < 3) || false
    unicode  = "\u00e9\U0001F642\t\"q\"\\"
    empty    = ""
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
