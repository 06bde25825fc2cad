# options: varfile:broken.vars
variable "a" { default = 1 }
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
