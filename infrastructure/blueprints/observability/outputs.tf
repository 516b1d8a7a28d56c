output "alarm_topic_arn" {
  description = "Where every alarm goes; available once alarms may publish to it."
  value       = local.topic_arn
  depends_on  = [aws_sns_topic.alarms, aws_sns_topic_policy.alarms]
}
