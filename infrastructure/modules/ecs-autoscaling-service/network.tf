resource "aws_security_group" "this" {
  name        = local.name
  description = "Nothing in; HTTPS out."
  vpc_id      = var.network.vpc_id
  tags        = local.tags
}

# The only rule. DNS needs none: the VPC resolver is not subject to security groups.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "Gateway API and AWS APIs."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = local.tags
}
