locals {
  name = "weft-${var.environment}-spend"
  tags = { Service = "budget" }

  # Both tags must be activated as cost allocation tags once, in the billing console, before AWS counts by them.
  tag = var.environment == "global" ? { key = "Project", value = "weft" } : { key = "Environment", value = var.environment }
}

resource "aws_budgets_budget" "this" {
  name         = local.name
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_limit_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  tags         = local.tags

  cost_filter {
    name   = "TagKeyValue"
    values = [join("$", ["user:${local.tag.key}", local.tag.value])]
  }

  dynamic "notification" {
    for_each = var.actual_thresholds_percent

    content {
      notification_type         = "ACTUAL"
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [var.alarm_topic_arn]
    }
  }

  notification {
    notification_type         = "FORECASTED"
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    subscriber_sns_topic_arns = [var.alarm_topic_arn]
  }
}

# By tag and not by service: AWS allows one monitor over all services per account, and new accounts come with it.
resource "aws_ce_anomaly_monitor" "this" {
  name         = local.name
  monitor_type = "CUSTOM"
  tags         = local.tags

  monitor_specification = jsonencode({
    And            = null
    CostCategories = null
    Dimensions     = null
    Not            = null
    Or             = null
    Tags           = { Key = local.tag.key, Values = [local.tag.value], MatchOptions = null }
  })
}

resource "aws_ce_anomaly_subscription" "this" {
  name             = local.name
  frequency        = "IMMEDIATE"
  monitor_arn_list = [aws_ce_anomaly_monitor.this.arn]
  tags             = local.tags

  subscriber {
    type    = "SNS"
    address = var.alarm_topic_arn
  }

  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(var.anomaly_usd)]
    }
  }
}
