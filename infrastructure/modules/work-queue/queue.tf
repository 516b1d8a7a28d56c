locals {
  name     = "weft-${var.context.environment}-${var.name}"
  dlq_name = "${local.name}-dlq"
  tags     = { Service = var.name }

  # Composed from names, so that a plan made without AWS shows whole policies.
  arn_prefix = "arn:aws:sqs:${var.context.region}:${var.context.account_id}"
  url_prefix = "https://sqs.${var.context.region}.amazonaws.com/${var.context.account_id}"
  arn        = "${local.arn_prefix}:${local.name}"
  dlq_arn    = "${local.arn_prefix}:${local.dlq_name}"
}

resource "aws_sqs_queue" "dlq" {
  name                      = local.dlq_name
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue" "this" {
  name                       = local.name
  visibility_timeout_seconds = var.visibility_timeout_seconds
  message_retention_seconds  = var.retention_seconds
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  tags                       = local.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = local.dlq_arn
    maxReceiveCount     = var.max_receive_count
  })

  # The ARN above is a string, so Terraform cannot see this order by itself.
  depends_on = [aws_sqs_queue.dlq]
}

resource "aws_sqs_queue_redrive_allow_policy" "dlq" {
  queue_url = aws_sqs_queue.dlq.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.arn]
  })
}

resource "aws_sqs_queue_policy" "tls_only" {
  for_each = {
    work = { url = aws_sqs_queue.this.id, arn = local.arn }
    dlq  = { url = aws_sqs_queue.dlq.id, arn = local.dlq_arn }
  }

  queue_url = each.value.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlaintextTransport"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["sqs:*"]
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
