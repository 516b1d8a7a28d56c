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
  name                = "liquidator"
  maximum_concurrency = 10
  queue               = { arn = "arn:aws:sqs:eu-west-1:123456789012:weft-test-liquidation", visibility_timeout_seconds = 720 }
  function            = { artefact = { bucket = "weft-global-artefacts-123456789012", key = "test/liquidator/0000000000000000000000000000000000000000000000000000000000000000.zip" } }
}

run "takes_one_message_at_a_time_and_reports_failures_singly" {
  command = plan

  assert {
    condition     = aws_lambda_event_source_mapping.this.batch_size == 1 && contains(aws_lambda_event_source_mapping.this.function_response_types, "ReportBatchItemFailures")
    error_message = "One message per invocation, with partial batch responses."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this.scaling_config[0].maximum_concurrency == 10 && aws_lambda_event_source_mapping.this.function_name == "arn:aws:lambda:eu-west-1:123456789012:function:weft-test-liquidator:live"
    error_message = "The event source must be bounded and invoke the alias."
  }
}

run "rejects_a_queue_that_redelivers_while_the_function_still_works" {
  command = plan
  variables { queue = { arn = "arn:aws:sqs:eu-west-1:123456789012:weft-test-liquidation", visibility_timeout_seconds = 719 } }
  expect_failures = [var.queue]
}

run "rejects_a_batch_beyond_ten" {
  command = plan
  variables { batch_size = 11 }
  expect_failures = [var.batch_size]
}

run "rejects_a_concurrency_below_the_minimum_of_event_sources" {
  command = plan
  variables { maximum_concurrency = 1 }
  expect_failures = [var.maximum_concurrency]
}
