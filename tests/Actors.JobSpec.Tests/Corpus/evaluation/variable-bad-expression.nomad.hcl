# options: var:tags=[1
variable "tags" {
  type = list(string)
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
