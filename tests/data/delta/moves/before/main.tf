# Each resource goes another way; what it says below is what the change does to it.

# Moved into a module, with its flaw.
resource "aws_s3_bucket" "inbox" {
  bucket = "hf-delta-inbox"
}

# Forgotten with its flaw: it stays in the account.
resource "aws_s3_bucket" "legacy" {
  bucket = "hf-delta-legacy"
}

# Kept, but the block that protects it is forgotten: it still protects.
resource "aws_s3_bucket" "kept" {
  bucket = "hf-delta-kept"
}

resource "aws_s3_bucket_public_access_block" "kept" {
  bucket                  = aws_s3_bucket.kept.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Kept, but the block that protects it is destroyed.
resource "aws_s3_bucket" "bared" {
  bucket = "hf-delta-bared"
}

resource "aws_s3_bucket_public_access_block" "bared" {
  bucket                  = aws_s3_bucket.bared.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Destroyed, with its flaw.
resource "aws_s3_bucket" "gone" {
  bucket = "hf-delta-gone"
}

# From count to for_each without a word of it: another resource.
resource "aws_s3_bucket" "numbered" {
  count  = 1
  bucket = "hf-delta-numbered-${count.index}"
}

# From one to count: terraform sees that by itself.
resource "aws_s3_bucket" "counted" {
  bucket = "hf-delta-counted"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

# Replaced, the old one destroyed first: the flaw stays.
resource "aws_security_group" "shell" {
  name        = "shell"
  description = "before"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "SSH from anywhere"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# Replaced, the new one created first: the flaw goes.
resource "aws_security_group" "desktop" {
  name_prefix = "desktop"
  description = "before"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "RDP from anywhere"
    from_port   = 3389
    to_port     = 3389
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Its rules are resources of their own; only its description of a rule changes.
resource "aws_security_group" "outer" {
  name   = "outer"
  vpc_id = aws_vpc.main.id
  tags   = { Version = "1" }
}

resource "aws_security_group_rule" "telnet" {
  security_group_id = aws_security_group.outer.id
  type              = "ingress"
  description       = "Telnet from anywhere"
  from_port         = 23
  to_port           = 23
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}

# Whom it trusts is written in a data source: everyone from now on.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "hf-delta-worker"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
