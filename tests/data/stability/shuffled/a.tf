# The code of `first` again: other files, other lines, every list and every block in another order.
#
#

module "store" {
  source   = "./modules/store"
  for_each = toset(["x", "y"])
  name     = each.key
}

resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "hf-stable-counted-${count.index}"
}

resource "aws_s3_bucket" "each" {
  for_each = local.names
  bucket   = "hf-stable-each-${each.key}"
}

locals {
  names = toset(["a", "b.c"])
}
