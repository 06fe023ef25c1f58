# See ../before/main.tf for what happens to each.
module "store" {
  source = "./modules/store"
}

moved {
  from = aws_s3_bucket.inbox
  to   = module.store.aws_s3_bucket.this
}

removed {
  from = aws_s3_bucket.legacy

  lifecycle {
    destroy = false
  }
}

resource "aws_s3_bucket" "kept" {
  bucket = "hf-delta-kept"
}

removed {
  from = aws_s3_bucket_public_access_block.kept

  lifecycle {
    destroy = false
  }
}

resource "aws_s3_bucket" "bared" {
  bucket = "hf-delta-bared"
}

resource "aws_s3_bucket" "numbered" {
  for_each = toset(["0"])
  bucket   = "hf-delta-numbered-${each.key}-again"
}

resource "aws_s3_bucket" "counted" {
  count  = 1
  bucket = "hf-delta-counted"
}

# Found by hand and imported, with its flaw.
import {
  to = aws_s3_bucket.found
  id = "hf-delta-found"
}

resource "aws_s3_bucket" "found" {
  bucket = "hf-delta-found"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "shell" {
  name        = "shell"
  description = "after"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "SSH from anywhere"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "desktop" {
  name_prefix = "desktop"
  description = "after"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "RDP from the office"
    from_port   = 3389
    to_port     = 3389
    protocol    = "tcp"
    cidr_blocks = ["10.1.0.0/16"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "outer" {
  name   = "outer"
  vpc_id = aws_vpc.main.id
  tags   = { Version = "2" }
}

resource "aws_security_group_rule" "telnet" {
  security_group_id = aws_security_group.outer.id
  type              = "ingress"
  description       = "Telnet from anywhere, still"
  from_port         = 23
  to_port           = 23
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "hf-delta-worker"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

# Read during apply, because it waits for something that changes.
data "aws_vpc" "late" {
  id         = aws_vpc.main.id
  depends_on = [aws_security_group.shell]
}
