# Planned with -refresh=false: terraform does not see what somebody did by hand.
resource "aws_s3_bucket" "drifted" {
  bucket = "hf-delta-drifted"
}

resource "aws_s3_bucket_public_access_block" "drifted" {
  bucket                  = aws_s3_bucket.drifted.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = false
  restrict_public_buckets = true
}
