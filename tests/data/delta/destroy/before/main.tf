# Planned with -destroy: all flaws go with what has them.
resource "aws_s3_bucket" "first" {
  bucket = "hf-delta-first"
}

resource "aws_s3_bucket_public_access_block" "first" {
  bucket                  = aws_s3_bucket.first.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
