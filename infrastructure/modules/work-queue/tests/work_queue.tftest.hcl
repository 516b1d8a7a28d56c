# Mocked: what is asserted here needs no AWS. Policies are composed with jsonencode, so a mock cannot blur them.
mock_provider "aws" {}

variables {
  context = {
    environment              = "test"
    account_id               = "123456789012"
    region                   = "eu-west-1"
    alarm_topic_arn          = "arn:aws:sns:eu-west-1:123456789012:weft-test-alarms"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/weft-global-boundary"
  }
  name                         = "jobs"
  consumer_timeout_seconds     = 60
  visibility_timeout_seconds   = 360
  oldest_message_alarm_seconds = 300
}

run "pairs_the_queue_with_a_dead_letter_queue_that_keeps_messages_longer" {
  command = plan

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).deadLetterTargetArn == "arn:aws:sqs:eu-west-1:123456789012:weft-test-jobs-dlq"
    error_message = "The redrive policy must name the module's own dead-letter queue."
  }

  assert {
    condition     = aws_sqs_queue.dlq.message_retention_seconds == 1209600 && aws_sqs_queue.this.message_retention_seconds < 1209600
    error_message = "The dead-letter queue must keep messages for 14 days, longer than the work queue."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.dlq_depth.threshold == 0 && contains(aws_cloudwatch_metric_alarm.dlq_depth.alarm_actions, var.context.alarm_topic_arn)
    error_message = "Any message in the dead-letter queue must raise the alarm."
  }
}

run "rejects_a_visibility_timeout_below_six_consumer_timeouts" {
  command = plan
  variables { visibility_timeout_seconds = 359 }
  expect_failures = [var.visibility_timeout_seconds]
}

run "rejects_a_visibility_timeout_beyond_the_limit_of_sqs" {
  command = plan
  variables { visibility_timeout_seconds = 43201 }
  expect_failures = [var.visibility_timeout_seconds]
}

run "rejects_a_retention_that_the_dead_letter_queue_cannot_outlast" {
  command = plan
  variables { retention_seconds = 604801 }
  expect_failures = [var.retention_seconds]
}

run "rejects_a_retention_that_ends_before_the_last_delivery_of_a_poisonous_message" {
  command = plan
  variables {
    retention_seconds          = 3600
    visibility_timeout_seconds = 720
  }
  expect_failures = [var.retention_seconds]
}

run "rejects_a_receive_count_that_a_spot_reclaim_would_exhaust" {
  command = plan
  variables { max_receive_count = 2 }
  expect_failures = [var.max_receive_count]
}

run "rejects_an_age_alarm_that_comes_after_the_loss" {
  command = plan
  variables { oldest_message_alarm_seconds = 345600 }
  expect_failures = [var.oldest_message_alarm_seconds]
}
