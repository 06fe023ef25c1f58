# Things that are reached through other things. The names say what the rule of the section finds.

variable "nothing" {
  type    = string
  default = null
}

# A second range of addresses: its subnets are of the VPC all the same, and no gateway stands in their zones.

resource "aws_vpc" "ranges" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "pods" {
  vpc_id     = aws_vpc.ranges.id
  cidr_block = "100.64.0.0/16"
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.ranges.id
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.ranges.id
  cidr_block        = "10.0.0.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.ranges.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "pods" {
  count             = 2
  vpc_id            = aws_vpc_ipv4_cidr_block_association.pods.vpc_id
  cidr_block        = "100.64.${count.index}.0/24"
  availability_zone = ["eu-west-1b", "eu-west-1c"][count.index]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.ranges.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.ranges.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.this.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}

resource "aws_route_table_association" "pods" {
  count          = 2
  subnet_id      = aws_subnet.pods[count.index].id
  route_table_id = aws_route_table.private.id
}

resource "aws_nat_gateway" "this" {
  allocation_id = "eipalloc-12345678"
  subnet_id     = aws_subnet.public.id
}

# An address on the first interface of an instance.

resource "aws_instance" "addressed_fail" {
  ami                         = "ami-12345678"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.private.id
  associate_public_ip_address = false
}

resource "aws_eip" "first" {
  network_interface = aws_instance.addressed_fail.primary_network_interface_id
}

resource "aws_instance" "plain_pass" {
  ami                         = "ami-12345678"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.private.id
  associate_public_ip_address = false
}

# A replica in another region does not get the subnet group of its source.

resource "aws_db_subnet_group" "this" {
  name       = "this"
  subnet_ids = [aws_subnet.private.id, aws_subnet.pods[0].id]
}

resource "aws_db_instance" "source_pass" {
  identifier              = "source"
  engine                  = "postgres"
  instance_class          = "db.m6g.large"
  allocated_storage       = 20
  username                = "app"
  password                = "not-a-secret"
  backup_retention_period = 7
  db_subnet_group_name    = aws_db_subnet_group.this.name
}

resource "aws_db_instance" "near_pass" {
  identifier          = "near"
  instance_class      = "db.m6g.large"
  replicate_source_db = aws_db_instance.source_pass.identifier
}

resource "aws_db_instance" "far_fail" {
  provider            = aws.west
  identifier          = "far"
  instance_class      = "db.m6g.large"
  replicate_source_db = aws_db_instance.source_pass.arn
}

# A null is as good as nothing.

resource "aws_db_instance" "null_fail" {
  identifier        = "null"
  engine            = "postgres"
  instance_class    = "db.m6g.large"
  allocated_storage = 20
  username          = "app"
  password          = "not-a-secret"
  multi_az          = var.nothing
}

# A list that something else hands on has any number of subnets.

resource "aws_cloudformation_stack" "network" {
  name         = "network"
  template_url = "https://example.com/network.json"
}

resource "aws_lb" "handed_on_unknown" {
  name    = "handed-on"
  subnets = split(",", aws_cloudformation_stack.network.outputs["Subnets"])
}

# A label that says no.

resource "aws_eks_cluster" "labels_fail" {
  name     = "labels"
  role_arn = "arn:aws:iam::111111111111:role/cluster"
  vpc_config {
    subnet_ids = aws_subnet.pods[*].id
  }
}

resource "aws_eks_node_group" "labels" {
  cluster_name    = aws_eks_cluster.labels_fail.name
  node_group_name = "general"
  node_role_arn   = "arn:aws:iam::111111111111:role/nodes"
  subnet_ids      = [aws_subnet.private.id]
  labels          = { "nvidia.com/gpu" = "false" }
  scaling_config {
    min_size     = 3
    max_size     = 6
    desired_size = 3
  }
}

# References that the plan does not follow, beside some that it does.

locals {
  public = aws_subnet.public.id
}

resource "aws_db_subnet_group" "mixed" {
  name       = "mixed"
  subnet_ids = [aws_subnet.private.id, local.public]
}

resource "aws_db_instance" "local_unknown" {
  identifier           = "local"
  engine               = "postgres"
  instance_class       = "db.m6g.large"
  allocated_storage    = 20
  username             = "app"
  password             = "not-a-secret"
  db_subnet_group_name = aws_db_subnet_group.mixed.name
}

# Listeners without a protocol: before an application load balancer they speak HTTP.

resource "aws_lb" "web" {
  name    = "web"
  subnets = aws_subnet.pods[*].id
}

resource "aws_lb_target_group" "web" {
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.ranges.id
}

resource "aws_lb_listener" "no_protocol_fail" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# The default group of a VPC is a group like any other.

resource "aws_efs_file_system" "this" {
  encrypted = true
}

resource "aws_efs_mount_target" "default_fail" {
  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = aws_subnet.private.id
  security_groups = [aws_vpc.ranges.default_security_group_id]
}
