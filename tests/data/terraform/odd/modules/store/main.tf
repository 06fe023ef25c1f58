variable "name" {}
variable "versioned" {}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_public_access_block" "this" {
  count  = 1
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = var.versioned
  restrict_public_buckets = true
}

module "deeper" {
  source = "./inner"

  for_each = { "k.[0]" = 1, "l" = 2 }
  name     = "${var.name}-${each.value}"
}
