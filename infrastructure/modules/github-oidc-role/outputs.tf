output "arn" {
  description = "ARN for the workflow's role-to-assume; available once its policies are attached."
  value       = local.arn
  depends_on  = [aws_iam_role.this, aws_iam_role_policy_attachment.this]
}
