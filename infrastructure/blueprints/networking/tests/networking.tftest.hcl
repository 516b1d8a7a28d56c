mock_provider "aws" {}

variables {
  environment = "test"
  account_id  = "123456789012"
  region      = "eu-west-1"
}

run "is_public_without_nat_and_without_ingress_by_default" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_subnet.private) == 0 && output.placement.assign_public_ip
    error_message = "The default is public subnets, no NAT."
  }

  assert {
    condition     = toset([for s in aws_subnet.public : s.availability_zone]) == toset(["eu-west-1a", "eu-west-1b"]) && alltrue([for s in aws_subnet.public : !s.map_public_ip_on_launch])
    error_message = "One public subnet per zone, none of which hands out addresses by itself."
  }

  assert {
    condition     = length(aws_default_security_group.closed.ingress) == 0 && length(aws_default_security_group.closed.egress) == 0
    error_message = "The default security group must be closed."
  }
}

run "moves_tasks_behind_one_nat_gateway_on_the_switch" {
  command = plan
  variables { private = true }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_subnet.private) == 2 && !output.placement.assign_public_ip
    error_message = "The private variant has private subnets, one NAT gateway and no public addresses."
  }
}

run "rejects_a_range_too_small_for_its_subnets" {
  command = plan
  variables { cidr = "10.0.0.0/24" }
  expect_failures = [var.cidr]
}

run "rejects_a_single_zone" {
  command = plan
  variables { zones = ["a"] }
  expect_failures = [var.zones]
}
