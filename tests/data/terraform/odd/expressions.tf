# What the language allows and parsers forget.
locals {
  legacy     = [for one in aws_efs_file_system.größe.*.id : one]
  index      = var.stores["a.b"].key
  number     = 1.5e3 - -2 % 3
  grouped    = { for key, value in var.stores : value.versioned => key... if key != "" }
  ternary    = length(local.sources) > 1 ? "many" : (
    length(local.sources) == 1
    ? "one"
    : "none"
  )
  directive = "%{ for source in local.sources ~}${source}%{ if source == "a" } b %{ else } c %{ endif ~}\n%{ endfor ~}"
}

locals { one_line = true }
locals {}

locals {
  indented = <<-TEXT
      a ${join(", ", [for one in local.sources : "${one}-${"nested ${one}"}"])}
    %{~ if true ~}
    # no comment, hfscan:nothing
    %{~ endif }
    TEXT
  in_call = trimspace(<<EOT
  text
EOT
  )
  object = { "quoted" = 1, (local.index) = 2, unquoted : 3
    last = 4, }
  template = "$${not} %%{not} \u00e9 \"q\""
  keys     = merge([{ a = 1 }, { "b.c" = [{ d = null }] }]...)
}
