resource "aws_s3_bucket" "this" {
  bucket = "hf-delta-inbox"
}
