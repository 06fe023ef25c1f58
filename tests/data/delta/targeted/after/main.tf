# Planned with -target of the first: the second stays open, whatever the code says.
resource "aws_s3_bucket" "one" {
  bucket = "hf-delta-one"
}

resource "aws_s3_bucket_public_access_block" "one" {
  bucket                  = aws_s3_bucket.one.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket" "two" {
  bucket = "hf-delta-two"
}

resource "aws_s3_bucket_public_access_block" "two" {
  bucket                  = aws_s3_bucket.two.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

