"job" "q" {
  "group" "g" {
    "count" = 2
    task "t" {
      "driver" = "raw_exec"
    }
  }
}
