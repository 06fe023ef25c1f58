# Statements without an id, of which several do the same actions.
data "aws_iam_policy_document" "wide" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }

  statement {
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.counted[0].arn]
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
    actions   = ["iam:PassRole", "ec2:RunInstances"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "wide" {
  name   = "wide"
  policy = data.aws_iam_policy_document.wide.json
}

resource "aws_iam_role" "task" {
  name = "task"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/deploy"] } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "task" {
  for_each   = toset(["AdministratorAccess", "PowerUserAccess"])
  role       = aws_iam_role.task.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_iam_role_policy_attachment" "wide" {
  role       = aws_iam_role.task.name
  policy_arn = aws_iam_policy.wide.arn
}
