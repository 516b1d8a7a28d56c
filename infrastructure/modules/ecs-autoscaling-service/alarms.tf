locals {
  dimensions = { ClusterName = local.name, ServiceName = local.name }

  alarms = {
    tasks-missing = {
      description = "${local.name} runs fewer than ${var.scaling.min_tasks} task(s)."
      namespace   = "ECS/ContainerInsights"
      metric      = "RunningTaskCount"
      statistic   = "Minimum"
      operator    = "LessThanThreshold"
      threshold   = var.scaling.min_tasks
      periods     = 5
      missing     = "breaching"
    }
    tasks-at-ceiling = {
      description = "${local.name} has run its ${var.scaling.max_tasks} tasks for half an hour: the backlog outgrows the ceiling."
      namespace   = "ECS/ContainerInsights"
      metric      = "DesiredTaskCount"
      statistic   = "Maximum"
      operator    = "GreaterThanOrEqualToThreshold"
      threshold   = var.scaling.max_tasks
      periods     = 30
      missing     = "notBreaching"
    }
    cpu = {
      description = "${local.name} uses more than 90 % of its CPU: ranges take longer than scaling assumes."
      namespace   = "AWS/ECS"
      metric      = "CPUUtilization"
      statistic   = "Average"
      operator    = "GreaterThanThreshold"
      threshold   = 90
      periods     = 15
      missing     = "notBreaching"
    }
    memory = {
      description = "${local.name} uses more than 85 % of its memory: the next range may end it."
      namespace   = "AWS/ECS"
      metric      = "MemoryUtilization"
      statistic   = "Maximum"
      operator    = "GreaterThanThreshold"
      threshold   = 85
      periods     = 5
      missing     = "notBreaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "service" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = local.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = [var.context.alarm_topic_arn]
  ok_actions          = [var.context.alarm_topic_arn]
  tags                = local.tags
}
