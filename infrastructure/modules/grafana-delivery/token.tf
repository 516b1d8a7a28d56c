# Firehose reads its key from Secrets Manager only, so the token is copied there through a write-only argument.
locals {
  # AWS appends six random characters to a secret's name.
  secret_arn_pattern = "arn:aws:secretsmanager:${var.context.region}:${var.context.account_id}:secret:${local.name}-??????"
}

resource "aws_secretsmanager_secret" "this" {
  name        = local.name
  description = "Push key for Grafana Cloud in the form Firehose asks for; a copy of what a person put into SSM."
  # A copy: nothing is lost with it, and a rebuild can take the name at once.
  recovery_window_in_days = 0
  tags                    = local.tags
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = jsonencode({ api_key = "${var.destination.user}:${var.token}" })
  secret_string_wo_version = var.token_version
}
