# Was replaced, but the old bucket could not be destroyed: it is a deposed object now.
resource "aws_s3_bucket" "replaced" {
  bucket = "hf-delta-old"

  lifecycle {
    create_before_destroy = true
  }
}
