job "app" {
  group "web" {
    task "main" {
      driver = "docker"
      config {
        image = "app:1"
      }
        env {
          PLAIN = <<EOF
        keeps
          indent
      EOF
          FLUSH = <<-EOF
            loses
              common
            indent
          EOF
        }
    }
  }
}
