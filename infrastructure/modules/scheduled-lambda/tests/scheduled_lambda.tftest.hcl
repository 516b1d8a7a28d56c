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
  name          = "dispatcher"
  every_minutes = 5
  function      = { artefact = { bucket = "weft-global-artefacts-123456789012", key = "test/dispatcher/0000000000000000000000000000000000000000000000000000000000000000.zip" } }
}

run "runs_on_time_one_at_a_time_and_alarms_when_it_does_not" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.this.schedule_expression == "rate(5 minutes)" && aws_scheduler_schedule.this.flexible_time_window[0].mode == "OFF"
    error_message = "The schedule must be exact, without a flexible window."
  }

  assert {
    condition     = aws_scheduler_schedule.this.target[0].arn == "arn:aws:lambda:eu-west-1:123456789012:function:weft-test-dispatcher:live" && aws_scheduler_schedule.this.target[0].dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:123456789012:weft-test-dispatcher-schedule-dlq"
    error_message = "The schedule must invoke the alias and keep what it could not start."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.missing_invocation.treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.missing_invocation.period == 300
    error_message = "No data is the very thing the dead-man alarm watches for."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.this.maximum_retry_attempts == 0 && aws_lambda_function_event_invoke_config.this.maximum_event_age_in_seconds == 300
    error_message = "A late run must be dropped in favour of the next one."
  }
}

run "writes_a_rate_of_one_minute_in_the_singular" {
  command = plan

  variables {
    every_minutes = 1
    function = {
      artefact        = { bucket = "weft-global-artefacts-123456789012", key = "test/dispatcher/0000000000000000000000000000000000000000000000000000000000000000.zip" }
      timeout_seconds = 60
    }
  }

  assert {
    condition     = aws_scheduler_schedule.this.schedule_expression == "rate(1 minute)"
    error_message = "AWS refuses rate(1 minutes)."
  }
}

run "rejects_an_interval_that_is_no_whole_minute" {
  command = plan
  variables { every_minutes = 2.5 }
  expect_failures = [var.every_minutes]
}

run "rejects_an_interval_shorter_than_the_function_may_run" {
  command = plan
  variables { every_minutes = 1 }
  expect_failures = [var.every_minutes]
}
