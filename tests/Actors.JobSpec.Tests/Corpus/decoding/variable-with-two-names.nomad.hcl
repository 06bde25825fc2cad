variable "a" "b" {
  default = 1
}
job "app" {
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
