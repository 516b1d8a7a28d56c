output "placement" {
  description = "Where and how tasks run: VPC, subnets, and whether they need a public address of their own; available once a route leads out."
  value = {
    vpc_id           = aws_vpc.this.id
    subnet_ids       = var.private ? [for key in var.zones : aws_subnet.private[key].id] : [for key in var.zones : aws_subnet.public[key].id]
    assign_public_ip = !var.private
  }
  depends_on = [aws_route.internet, aws_route.nat, aws_route_table_association.public, aws_route_table_association.private]
}
