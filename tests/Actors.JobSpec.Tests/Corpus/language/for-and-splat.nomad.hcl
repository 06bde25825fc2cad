locals {
  users = [{ name = "ann", role = "admin", keys = [1, 2] }, { name = "bob", role = "user", keys = [3] }, { name = "cid", role = "user", keys = [] }]
}

job "app" {
  meta {
    names     = join(",", local.users[*].name)
    legacy    = join(",", local.users.*.role)
    first     = local.users.0.name
    grouped   = jsonencode({ for u in local.users : u.role => u.name... })
    filtered  = jsonencode([for i, u in local.users : "${i}:${u.name}" if length(u.keys) > 0])
    of_map    = jsonencode({ for k, v in { a = 1, b = 2 } : upper(k) => v * 2 })
    of_one    = jsonencode("x"[*])
    of_null   = jsonencode(null[*])
    expanded  = max([for u in local.users : length(u.keys)]...)
  }
  group "web" {
    task "main" {
      driver = "raw_exec"
    }
  }
}
