resource "aws_cloudwatch_metric_alarm" "oldest_message_age" {
  alarm_name          = "${local.name}-oldest-message-age"
  alarm_description   = "The oldest message of ${local.name} waits longer than ${var.oldest_message_alarm_seconds} s: consumers are late or stuck."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = local.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.oldest_message_alarm_seconds
  # An idle queue publishes no data, and an idle queue is fine.
  treat_missing_data = "notBreaching"
  alarm_actions      = [var.context.alarm_topic_arn]
  ok_actions         = [var.context.alarm_topic_arn]
  tags               = local.tags
}

resource "aws_cloudwatch_metric_alarm" "dlq_depth" {
  alarm_name          = "${local.dlq_name}-depth"
  alarm_description   = "A message of ${local.name} can never succeed, or failed ${var.max_receive_count} times, and waits in ${local.dlq_name} for a person."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = local.dlq_name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.context.alarm_topic_arn]
  ok_actions          = [var.context.alarm_topic_arn]
  tags                = local.tags
}
