output "subscription" {
  description = "What a log group needs to subscribe: the delivery's ARN and the role that CloudWatch Logs assumes."
  value = {
    destination_arn = module.delivery.arn
    role_arn        = module.role.arn
  }
}
