# options: var:count=many
variable "count" {
  type = number
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
