# Odd on purpose: see README.md beside this file.

variable "stores" {
  default = {
    "a.b"        = { versioned = true, key = "x" }
    "say \"hi\"" = { versioned = false, key = "$${y}" }
  }
}

locals { sources = ["10.0.0.0/8", "192.168.0.0/16"] }

module "store" {
  source   = "./modules/store"
  for_each = var.stores

  name      = "store-${length(each.key)}"
  versioned = each.value.versioned
}

module "network" {
  source = "./modules/../modules/net"
  count  = 2

  open = count.index == 1
}

moved {
  from = aws_db_instance.old
  to   = aws_db_instance.überall
}

/* Zwei Wörter 🦀🦀 */ resource "aws_efs_file_system" "größe" {
  creation_token = "groesse" // größe🦀
  /* 🦀 */ encrypted = false
}
