variable "a" {
  type    = lst(string)
  default = []
}
variable "b" {
  type    = "strng"
  default = ""
}
job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
    }
  }
}
