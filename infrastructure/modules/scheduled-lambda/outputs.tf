output "name" {
  description = "Full function name, for metrics."
  value       = module.function.name
}

output "role_name" {
  description = "Name of the execution role."
  value       = module.function.role_name
}

output "log_group_name" {
  description = "Name of the log group."
  value       = module.function.log_group_name
}

output "dlq_name" {
  description = "Full name of the schedule's dead-letter queue, for metrics."
  value       = local.dlq_name
}
