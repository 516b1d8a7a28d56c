output "name" {
  description = "Full table name."
  value       = local.name
  depends_on  = [aws_dynamodb_table.this]
}

output "arn" {
  description = "Table ARN; the indexes are `<arn>/index/by-kind` and `<arn>/index/by-spending`."
  value       = local.arn
  depends_on  = [aws_dynamodb_table.this]
}
