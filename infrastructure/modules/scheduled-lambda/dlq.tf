locals {
  dlq_name = "${local.schedule_name}-dlq"
  dlq_arn  = "arn:aws:sqs:${var.context.region}:${var.context.account_id}:${local.dlq_name}"
}

resource "aws_sqs_queue" "dlq" {
  name                      = local.dlq_name
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue_policy" "dlq_tls_only" {
  queue_url = aws_sqs_queue.dlq.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlaintextTransport"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["sqs:*"]
      Resource  = local.dlq_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
