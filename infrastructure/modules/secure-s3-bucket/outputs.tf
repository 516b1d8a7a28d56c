output "name" {
  description = "Full bucket name; available once the bucket is private, encrypted and TLS-only."
  value       = local.name
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_public_access_block.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "arn" {
  description = "Bucket ARN; objects are `<arn>/<key>`."
  value       = local.arn
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_public_access_block.this]
}
