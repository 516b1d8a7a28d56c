locals {
  name = "weft-${var.context.environment}-${var.name}"
  tags = { Service = var.name }

  # Invocations go to the alias, so that a version under test is never the one in service.
  alias     = "live"
  arn       = "arn:aws:lambda:${var.context.region}:${var.context.account_id}:function:${local.name}"
  alias_arn = "${local.arn}:${local.alias}"
}

# The key names the content by SHA-256 in hex, Lambda by the same in base64, and Terraform has no function from one to the other.
locals {
  hash_hex = regex("([0-9a-f]{64})\\.zip$", var.artefact.key)[0]
  alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  # Three bytes are four characters of six bits; 32 bytes are eleven such groups, the last of them one byte short.
  hash_groups = [for group in range(11) : parseint(substr("${local.hash_hex}00", 6 * group, 6), 16)]
  hash_characters = flatten([for group in local.hash_groups :
  [for shift in [262144, 4096, 64, 1] : substr(local.alphabet, floor(group / shift) % 64, 1)]])

  hash_base64 = "${join("", slice(local.hash_characters, 0, 43))}="
}

resource "aws_lambda_function" "this" {
  function_name = local.name
  description   = "Weft ${var.name} of ${var.context.environment}."
  role          = module.role.arn

  s3_bucket = var.artefact.bucket
  s3_key    = var.artefact.key

  source_code_hash = local.hash_base64

  handler       = "index.handler"
  runtime       = var.runtime
  architectures = ["arm64"]
  publish       = true

  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  environment { variables = var.environment_variables }

  logging_config {
    # Text: the services print their own JSON lines, and Lambda's JSON format would wrap metrics beyond recognition.
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tags = local.tags
}

resource "aws_lambda_alias" "live" {
  name             = local.alias
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
  tags              = local.tags
}
