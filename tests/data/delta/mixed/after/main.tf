# The change: logs and data are mended, media is opened, archive stays as it was.
locals {
  buckets = {
    "logs.v1" = {}
    data      = {}
    media     = { public_access = { acls = true } }
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
