job "x" {
  name = 
  region = [1,
  type = "a" "b"
  group "g" {
    count = 1 +
    task "t" {
      driver = "x
    }
  }
}
