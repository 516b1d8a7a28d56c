output "arn" {
  description = "ARN of the work queue; available once its policies are in place."
  value       = local.arn
  depends_on  = [aws_sqs_queue.this, aws_sqs_queue_policy.tls_only]
}

output "url" {
  description = "URL that producers and consumers use."
  value       = "${local.url_prefix}/${local.name}"
  depends_on  = [aws_sqs_queue.this, aws_sqs_queue_policy.tls_only]
}

output "name" {
  description = "Full queue name, for metrics."
  value       = local.name
}

output "dlq_arn" {
  description = "ARN of the dead-letter queue, for consumers that send there what can never succeed."
  value       = local.dlq_arn
  depends_on  = [aws_sqs_queue.dlq, aws_sqs_queue_policy.tls_only]
}

output "dlq_url" {
  description = "URL of the dead-letter queue."
  value       = "${local.url_prefix}/${local.dlq_name}"
  depends_on  = [aws_sqs_queue.dlq, aws_sqs_queue_policy.tls_only]
}

output "dlq_name" {
  description = "Full name of the dead-letter queue, for metrics."
  value       = local.dlq_name
}

output "visibility_timeout_seconds" {
  description = "Seconds a received message stays hidden; consumers check their own timeout against it."
  value       = var.visibility_timeout_seconds
}
