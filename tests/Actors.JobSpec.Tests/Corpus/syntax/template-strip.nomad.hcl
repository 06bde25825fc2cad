job "app" {
  meta {
    a = "%{ if true ~}\n  x\n%{ else }y%{ endif ~} z"
    b = "%{ for i, v in ["p", "q"] }${i}=${v};%{ endfor }"
    c = "$${literal} %%{literal}"
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
