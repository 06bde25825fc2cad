# hash
// slashes
/* block
   over lines */
job "c" { // after
  group "g" { # after
    /* inside */ count = 2 /* behind */
    task "t" {
      driver = "raw_exec" // end
    }
  }
}
