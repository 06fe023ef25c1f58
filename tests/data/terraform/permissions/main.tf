# What a plan does not show must not be taken for what is not there, and what it shows must not be lost beside it.
# The names say what the rule of the section finds.

locals {
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
  writes_policies = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:PutRolePolicy", Resource = "*" }]
  })
  starts_instances = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:PassRole", "ec2:RunInstances"], Resource = "*" }]
  })
}

resource "aws_s3_bucket" "data" {
  bucket_prefix = "data-"
}

resource "aws_iam_policy" "harmless" {
  name   = "harmless"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }] })
}

# Lists that are unknown as a whole: the plan shows the references, not the literals beside them.

resource "aws_iam_role" "managed_unknown" {
  name                = "managed"
  assume_role_policy  = local.trust
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess", aws_iam_policy.harmless.arn]
}

resource "aws_iam_role" "exclusive_unknown" {
  name               = "exclusive"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy_attachments_exclusive" "exclusive" {
  role_name   = aws_iam_role.exclusive_unknown.name
  policy_arns = compact(["arn:aws:iam::aws:policy/AdministratorAccess", aws_iam_policy.harmless.arn])
}

data "aws_iam_policy_document" "compact" {
  statement {
    actions   = ["*"]
    resources = compact(["*", aws_s3_bucket.data.arn])
  }
}

resource "aws_iam_policy" "compact_unknown" {
  name   = "compact"
  policy = data.aws_iam_policy_document.compact.json
}

data "aws_iam_policy_document" "plain" {
  statement {
    actions   = ["*"]
    resources = ["${aws_s3_bucket.data.arn}/*"]
  }
}

resource "aws_iam_policy" "plain_pass" {
  name   = "plain"
  policy = data.aws_iam_policy_document.plain.json
}

# What is attached to somebody who is not in the plan.

resource "aws_iam_user_policy_attachment" "literal_fail" {
  user       = "alice"
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_policy" "attached_outside" {
  name   = "attached-outside"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "All", Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_iam_role_policy_attachment" "outside" {
  role       = "a-role-of-another-stack"
  policy_arn = aws_iam_policy.attached_outside.arn
}

# Ways to raise permissions.

resource "aws_iam_role" "generated_fail" {
  name_prefix        = "worker-"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "generated" {
  role   = aws_iam_role.generated_fail.id
  policy = local.writes_policies
}

resource "aws_iam_role" "beside_opaque_fail" {
  name               = "beside-opaque"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "beside_opaque" {
  role   = aws_iam_role.beside_opaque_fail.id
  policy = local.writes_policies
}

resource "aws_iam_role_policy" "opaque" {
  role   = aws_iam_role.beside_opaque_fail.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.data.arn}/*" }] })
}

resource "aws_iam_role" "opaque_alone_unknown" {
  name               = "opaque-alone"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "opaque_alone" {
  role   = aws_iam_role.opaque_alone_unknown.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.data.arn}/*" }] })
}

resource "aws_iam_role" "plain" {
  name               = "plain"
  assume_role_policy = local.trust
}

resource "aws_iam_policy" "boundary" {
  name = "boundary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ec2:*", Resource = "*" },
      { Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::111111111111:role/plain" },
    ]
  })
}

resource "aws_iam_role" "bounded_pass" {
  name                 = "bounded"
  assume_role_policy   = local.trust
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "bounded" {
  role   = aws_iam_role.bounded_pass.id
  policy = local.starts_instances
}

resource "aws_iam_role" "unbounded_fail" {
  name               = "unbounded"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "unbounded" {
  role   = aws_iam_role.unbounded_fail.id
  policy = local.starts_instances
}

resource "aws_iam_role" "denied_pass" {
  name               = "denied"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "denied" {
  role   = aws_iam_role.denied_pass.id
  policy = local.starts_instances
}

resource "aws_iam_role_policy" "denies" {
  role = aws_iam_role.denied_pass.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "iam:*", Resource = "arn:aws:iam::*:role/*" }]
  })
}

# A condition on a tag narrows only if it names one.

variable "tag_conditions" {
  default = {
    equals_pass   = { test = "StringEquals", value = "blue" }
    excludes_fail = { test = "StringNotEquals", value = "blue" }
    anything_fail = { test = "StringLike", value = "*" }
    absent_fail   = { test = "StringEqualsIfExists", value = "blue" }
  }
}

resource "aws_iam_role" "tagged" {
  for_each           = var.tag_conditions
  name               = each.key
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "tagged" {
  for_each = var.tag_conditions
  role     = aws_iam_role.tagged[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "ssm:SendCommand"
      Resource  = "*"
      Condition = { (each.value.test) = { "aws:ResourceTag/Team" = each.value.value } }
    }]
  })
}

# Conditions that let everybody through.

variable "queue_conditions" {
  default = {
    account_pass      = { test = "StringEquals", key = "aws:SourceAccount", value = "111111111111" }
    organization_pass = { test = "StringEquals", key = "aws:PrincipalOrgID", value = "o-abcde12345" }
    topic_pass        = { test = "ArnLike", key = "aws:SourceArn", value = "arn:aws:sns:*:111111111111:*" }
    bucket_pass       = { test = "ArnLike", key = "aws:SourceArn", value = "arn:aws:s3:::uploads-*" }
    any_org_fail      = { test = "StringLike", key = "aws:PrincipalOrgID", value = "o-*" }
    any_path_fail     = { test = "StringLike", key = "aws:PrincipalOrgPaths", value = "o-*/*" }
    any_arn_fail      = { test = "ArnLike", key = "aws:SourceArn", value = "arn:*" }
    any_topic_fail    = { test = "ArnLike", key = "aws:SourceArn", value = "arn:aws:sns:*:*:*" }
  }
}

resource "aws_sqs_queue" "open" {
  for_each = var.queue_conditions
  name     = each.key
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Resource  = "*"
      Principal = "*"
      Condition = { (each.value.test) = { (each.value.key) = each.value.value } }
    }]
  })
}

# The trust of a community module for service accounts: nothing of a dynamic block tells the issuer.

variable "subjects" {
  default = {
    one_unknown = ["shop:web"]
    two_unknown = ["shop:web", "shop:jobs"]
    any_fail    = ["*:*"]
  }
}

resource "aws_eks_cluster" "this" {
  name     = "this"
  role_arn = "arn:aws:iam::111111111111:role/cluster"
  vpc_config {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
}

resource "aws_iam_openid_connect_provider" "this" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "pods" {
  for_each = var.subjects
  dynamic "statement" {
    for_each = { main = { arn = aws_iam_openid_connect_provider.this.arn, subjects = each.value } }
    content {
      actions = ["sts:AssumeRoleWithWebIdentity"]
      principals {
        type        = "Federated"
        identifiers = [statement.value.arn]
      }
      condition {
        test     = "StringLike"
        variable = "${replace(statement.value.arn, "/^(.*provider/)/", "")}:sub"
        values   = [for subject in statement.value.subjects : "system:serviceaccount:${subject}"]
      }
      condition {
        test     = "StringEquals"
        variable = "${replace(statement.value.arn, "/^(.*provider/)/", "")}:aud"
        values   = ["sts.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role" "pods" {
  for_each           = var.subjects
  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.pods[each.key].json
}

# Nodes that a group starts from one of several templates.

resource "aws_iam_role" "nodes_fail" {
  name = "nodes"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "nodes" {
  role       = aws_iam_role.nodes_fail.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
}

resource "aws_iam_instance_profile" "nodes" {
  role = aws_iam_role.nodes_fail.name
}

resource "aws_launch_template" "nodes" {
  image_id      = "ami-12345678"
  instance_type = "m6i.large"
  iam_instance_profile {
    arn = aws_iam_instance_profile.nodes.arn
  }
}

resource "aws_autoscaling_group" "nodes" {
  min_size            = 1
  max_size            = 3
  vpc_zone_identifier = ["subnet-1"]
  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.nodes.id
      }
    }
  }
  tag {
    key                 = "kubernetes.io/cluster/this"
    value               = "owned"
    propagate_at_launch = true
  }
}
