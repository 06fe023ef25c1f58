# The code of `first` again: other files, other lines, every list and every block in another order.
#
#

resource "aws_iam_role_policy_attachment" "wide" {
  role       = aws_iam_role.task.name
  policy_arn = aws_iam_policy.wide.arn
}

resource "aws_iam_role_policy_attachment" "task" {
  for_each   = toset(["AdministratorAccess", "PowerUserAccess"])
  role       = aws_iam_role.task.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_iam_role" "task" {
  name = "task"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = ["arn:aws:iam::444455556666:role/deploy", "arn:aws:iam::111122223333:root"] } },
    ]
  })
}

resource "aws_iam_policy" "wide" {
  name   = "wide"
  policy = data.aws_iam_policy_document.wide.json
}

data "aws_iam_policy_document" "wide" {
  statement {
    actions   = ["ec2:RunInstances", "iam:PassRole"]
    resources = ["*"]
  }

  statement {
    actions   = ["s3:*"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["eu-central-1"]
    }
  }

  statement {
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.counted[0].arn]
  }

  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id

  ingress {
    description     = "from the peer"
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.peer.id]
  }

  ingress {
    description = "postgres"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["203.0.0.0/8", "0.0.0.0/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "peer" {
  name   = "peer"
  vpc_id = aws_vpc.main.id
}
