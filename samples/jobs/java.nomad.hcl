# A Java program from its source. Needs a JDK on the node; with a jar it would be `jar_path = "local/app.jar"`, fetched by
# an artifact block.
#
#   pbm run java.nomad.hcl
#   pbm alloc logs <allocation>

job "java" {
  type = "batch"

  group "java" {
    task "hello" {
      driver = "java"

      config {
        class       = "/local/Hello.java"
        jvm_options = ["-Xmx64m", "-XX:TieredStopAtLevel=1"]
        args        = ["Actors"]
      }

      template {
        destination = "local/Hello.java"
        data        = <<-SOURCE
          public class Hello {
              public static void main(String[] args) {
                  System.out.println("Hello, " + args[0] + ", from Java " + Runtime.version() + " as " + System.getProperty("user.name"));
              }
          }
        SOURCE
      }

      resources {
        cpu    = 500
        memory = 256
      }
    }
  }
}
