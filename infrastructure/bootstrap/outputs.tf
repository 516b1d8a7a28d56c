output "state" {
  description = "What the environments' backends use."
  value = {
    bucket         = module.state_bucket.name
    dynamodb_table = aws_dynamodb_table.locks.name
    region         = var.region
  }
}

output "secrets_to_fill_in" {
  description = "Parameters that hold a placeholder until a person fills them in (`aws ssm put-parameter --overwrite`)."
  value       = concat(values(local.seed_phrases), values(local.grafana_tokens))
}
