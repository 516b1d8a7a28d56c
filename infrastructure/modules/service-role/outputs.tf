output "arn" {
  description = "ARN of the role, composed from its name so that plans show it; available once its grants are in place."
  value       = local.arn
  depends_on  = [aws_iam_role.this, aws_iam_role_policy.this]
}

output "name" {
  description = "Full role name."
  value       = local.name
}
