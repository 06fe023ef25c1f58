# Four buckets. Two have a flaw that the change mends, one has a flaw that it leaves, and one is in
# order until the change.
locals {
  buckets = {
    "logs.v1" = { encrypted = false }
    data      = { public_access = { buckets = true } }
    media     = {}
    archive   = { refuse_http = false }
  }
}

module "bucket" {
  source        = "./modules/bucket"
  for_each      = local.buckets
  name          = "hf-delta-${each.key}"
  encrypted     = lookup(each.value, "encrypted", true)
  refuse_http   = lookup(each.value, "refuse_http", true)
  public_access = lookup(each.value, "public_access", {})
}
