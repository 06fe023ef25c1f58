# What breaks rules, in every shape in which one block makes several resources or one resource several findings.
locals {
  names = toset(["a", "b.c"])
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  for_each                = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
  vpc_id                  = aws_vpc.main.id
  cidr_block              = each.value
  availability_zone       = "eu-central-1${each.key}"
  map_public_ip_on_launch = true
  tags                    = { Name = "private-${each.key}" }
}

# Instances of for_each and of count.
resource "aws_s3_bucket" "each" {
  for_each = local.names
  bucket   = "hf-stable-each-${each.key}"
}

resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "hf-stable-counted-${count.index}"
}

module "store" {
  source   = "./modules/store"
  for_each = toset(["x", "y"])
  name     = each.key
}

# Rules inside of a security group.
resource "aws_security_group" "peer" {
  name   = "peer"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id

  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0", "203.0.0.0/8"]
  }

  ingress {
    description = "postgres"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description     = "from the peer"
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.peer.id]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
