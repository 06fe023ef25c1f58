# The code of `first` again: other files, other lines, every list and every block in another order.
#
#

resource "aws_lb_listener_rule" "path" {
  for_each     = toset(["one", "two"])
  listener_arn = aws_lb_listener.http.arn

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }

  condition {
    path_pattern {
      values = ["/${each.key}/*"]
    }
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.edge.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}

resource "aws_lb_target_group" "app" {
  name     = "app"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb" "edge" {
  name               = "edge"
  load_balancer_type = "application"
  internal           = false
  subnets            = [for subnet in aws_subnet.public : subnet.id]
  security_groups    = [aws_security_group.web.id]
}

resource "aws_subnet" "public" {
  for_each                = { b = "10.0.2.0/24", a = "10.0.1.0/24" }
  vpc_id                  = aws_vpc.main.id
  cidr_block              = each.value
  availability_zone       = "eu-central-1${each.key}"
  map_public_ip_on_launch = true
  tags                    = { Name = "private-${each.key}" }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
