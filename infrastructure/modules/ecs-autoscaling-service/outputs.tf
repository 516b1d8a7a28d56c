output "name" {
  description = "Full name of cluster and service, for metrics."
  value       = local.name
}

output "role_name" {
  description = "Name of the role the container runs as."
  value       = module.task_role.name
}

output "log_group_name" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "acceptable_backlog_per_task" {
  description = "Messages per task that scaling keeps."
  value       = local.acceptable_backlog_per_task
}
