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
