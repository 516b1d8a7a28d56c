output "name" {
  description = "Full function name, for metrics."
  value       = local.name
}

output "alias_arn" {
  description = "ARN to invoke; available once the version in service has its grants."
  value       = local.alias_arn
  depends_on  = [aws_lambda_alias.live]
}

output "alias" {
  description = "Name of the alias in service."
  value       = aws_lambda_alias.live.name
}

output "role_name" {
  description = "Name of the execution role."
  value       = module.role.name
}

output "log_group_name" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}
