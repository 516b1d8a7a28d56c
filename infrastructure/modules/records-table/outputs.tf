output "name" {
  description = "Full table name."
  value       = local.name
  depends_on  = [aws_dynamodb_table.this]
}

output "arn" {
  description = "Table ARN; the index is `<arn>/index/by-kind`."
  value       = local.arn
  depends_on  = [aws_dynamodb_table.this]
}
