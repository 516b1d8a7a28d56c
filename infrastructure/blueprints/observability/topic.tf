locals {
  name      = "weft-${var.environment}"
  topic_arn = "arn:aws:sns:${var.region}:${var.account_id}:${local.name}-alarms"
  tags      = { Service = "observability" }

  context = {
    environment              = var.environment
    account_id               = var.account_id
    region                   = var.region
    alarm_topic_arn          = local.topic_arn
    permissions_boundary_arn = var.permissions_boundary_arn
  }
}

# Not encrypted with a key of its own: CloudWatch cannot publish through the free AWS-managed key, and a topic keeps
# nothing. It carries alarm names and thresholds, no data.
resource "aws_sns_topic" "alarms" {
  name = "${local.name}-alarms"
  tags = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  arn = local.topic_arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsBudgetsAndAnomaliesOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com"] }
        Action    = ["sns:Publish"]
        Resource  = [local.topic_arn]
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "RefusePlaintextTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["sns:Publish"]
        Resource  = [local.topic_arn]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_sns_topic.alarms]
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = local.topic_arn
  protocol  = "email"
  endpoint  = each.value

  depends_on = [aws_sns_topic.alarms]
}

module "budget" {
  source = "../../modules/budget-alerts"

  environment       = var.environment
  monthly_limit_usd = var.budget_usd
  alarm_topic_arn   = local.topic_arn

  # AWS refuses a budget whose topic does not let it publish.
  depends_on = [aws_sns_topic_policy.alarms]
}
