output "arn" {
  description = "ARN of the delivery stream; available once it may deliver."
  value       = local.arn
  depends_on  = [aws_kinesis_firehose_delivery_stream.this]
}

output "name" {
  description = "Full name of the delivery stream."
  value       = local.name
}
