job "x" {
  all_at_once = true & false
}
