# In order when it was applied; then somebody opened it by hand.
resource "aws_s3_bucket" "drifted" {
  bucket = "hf-delta-drifted"
}

resource "aws_s3_bucket_public_access_block" "drifted" {
  bucket                  = aws_s3_bucket.drifted.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
