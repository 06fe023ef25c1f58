# Nothing existed before: a bucket with flaws.
resource "aws_s3_bucket" "first" {
  bucket = "hf-delta-first"
}
