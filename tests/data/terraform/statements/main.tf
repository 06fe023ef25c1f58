resource "aws_iam_policy" "encoded" {
  name = "encoded"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket"]
        Resource = "arn:aws:s3:::reports/*"
      },
      {
        Effect = "Allow"
        Action = [
          "s3:GetObject",
          "iam:*",
        ]
        Resource = "arn:aws:iam::111111111111:role/team/*"
      },
      {
        Sid      = "Everything"
        Effect   = "Allow"
        Action   = "*"
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_policy" "lone" {
  name = "lone"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "*", Resource = "*" }
  })
}

resource "aws_iam_role" "holder" {
  name = "holder"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
  inline_policy {
    name = "first"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "*", Resource = "arn:aws:s3:::reports" }]
    })
  }
  inline_policy {
    name = "second"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "first", Effect = "Allow", Action = "s3:GetObject", Resource = "*" },
        { Effect = "Allow", Action = "*", Resource = "*" },
      ]
    })
  }
}

resource "aws_iam_role_policy" "heredoc" {
  name   = "heredoc"
  role   = aws_iam_role.holder.name
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::${var.name}"
        },
        {
          "Sid": "Wide",
          "Effect": "Allow",
          "Action": [
            "ec2:Describe*",
            "iam:*"
          ],
          "Resource": "*"
        }
      ]
    }
  JSON
}

data "aws_iam_policy_document" "blocks" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::reports/*"]
  }
  statement {
    actions = [
      "s3:ListBucket",
      "iam:*",
    ]
    resources = ["arn:aws:s3:::reports"]
  }
}

resource "aws_iam_policy" "blocks" {
  name   = "blocks"
  policy = data.aws_iam_policy_document.blocks.json
}

# Two statements of one name, and one that a variable names: which is meant nobody can tell.
variable "name" {
  default = "All"
}

resource "aws_iam_policy" "twins" {
  name = "twins"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "*", Resource = "*" },
      { Effect = "Allow", Action = "*", Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } } },
    ]
  })
}

resource "aws_iam_policy" "named_by_variable" {
  name = "named-by-variable"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = var.name, Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
