variable "a" { default = 1 }
variable "a" { default = 2 }
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
