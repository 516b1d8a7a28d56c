# CloudWatch counts what an index refuses under the index, not under the table whose writes it holds up.
resource "aws_cloudwatch_metric_alarm" "index" {
  for_each = toset(["by-kind", "by-spending"])

  alarm_name          = "${local.name}-${each.key}-write-throttles"
  alarm_description   = "The index ${each.key} of ${local.name} refused writes, and with them writes of the table: liquidations wait for the journal."
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  dimensions          = { TableName = local.name, GlobalSecondaryIndexName = each.key }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.context.alarm_topic_arn]
  ok_actions          = [var.context.alarm_topic_arn]
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "table" {
  for_each = {
    read-throttles  = "ReadThrottleEvents"
    write-throttles = "WriteThrottleEvents"
  }

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "${local.name} refused requests: one key is too hot, or traffic doubled within half an hour."
  namespace           = "AWS/DynamoDB"
  metric_name         = each.value
  dimensions          = { TableName = local.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.context.alarm_topic_arn]
  ok_actions          = [var.context.alarm_topic_arn]
  tags                = local.tags
}
