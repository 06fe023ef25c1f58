variable "open" {
  type = bool
}

resource "aws_launch_template" "this" {
  name = "t-${var.open}"

  network_interfaces {
    associate_public_ip_address = var.open
  }

  metadata_options {
    http_tokens = "optional"
  }
}

resource "aws_eks_node_group" "this" {
  cluster_name    = "k"
  node_role_arn   = "arn:aws:iam::111122223333:role/n"
  subnet_ids      = ["subnet-1"]
  node_group_name = "n-${var.open}"

  launch_template {
    id      = aws_launch_template.this.id
    version = 1
  }

  scaling_config {
    min_size     = 2
    max_size     = 2
    desired_size = 2
  }
}
