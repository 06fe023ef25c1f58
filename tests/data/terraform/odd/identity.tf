resource "aws_iam_role" "einkäufer" {
  name = "buyer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "*" }
    }]
  })
}

resource "aws_iam_role_policy" "first" {
  name   = "first"
  role   = aws_iam_role.einkäufer.name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{ "Sid": "Nothing", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*" }]
    }
  EOT
}

resource "aws_iam_role_policy" "second" {
  name   = "second"
  role   = aws_iam_role.einkäufer.name
  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [{ "Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*" }]
}
POLICY
}

resource "aws_iam_role_policy_attachment" "fine" {
  role       = aws_iam_role.einkäufer.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy_attachment" "admin" {
  role       = aws_iam_role.einkäufer.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

data "aws_iam_policy_document" "wide" {
  statement {
    sid       = "Fine"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::b/*"]
  }

  statement {
    sid       = "Wide"
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "wide" {
  name   = "wide"
  policy = data.aws_iam_policy_document.wide.json
}
