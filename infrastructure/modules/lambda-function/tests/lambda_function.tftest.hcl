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
  name                 = "worker"
  artefact             = { bucket = "weft-global-artefacts-123456789012", key = "test/worker/0000000000000000000000000000000000000000000000000000000000000000.zip" }
  reserved_concurrency = 3
}

run "publishes_versions_behind_an_alias_with_bounded_concurrency_and_kept_logs" {
  command = plan

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.live.name == "live" && aws_lambda_function.this.reserved_concurrent_executions == 3
    error_message = "The function must publish versions, serve through the alias and be bounded."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30 && aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/weft-test-worker"
    error_message = "The log group must be ours, with a retention."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.function)) == toset(["errors", "throttles", "duration"]) && aws_cloudwatch_metric_alarm.function["duration"].threshold == 96000
    error_message = "Errors, throttles and a duration of four fifths of the timeout (in ms) must alarm."
  }
}

run "pins_the_code_to_the_hash_in_its_key" {
  command = plan
  variables { artefact = { bucket = "weft-global-artefacts-123456789012", key = "test/worker/e627e2237f44543d8b79e2772a7cc79f6c8d0ea2854eef84f69fbef586339c91.zip" } }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == "5ifiI39EVD2LeeJ3KnzHn2yNDqKFTu+E9p++9YYznJE="
    error_message = "The hash must be that of the key, in base64."
  }
}

run "rejects_an_artefact_key_without_the_hash_of_its_content" {
  command = plan
  variables { artefact = { bucket = "weft-global-artefacts-123456789012", key = "test/worker/latest.zip" } }
  expect_failures = [var.artefact]
}

run "rejects_too_little_memory" {
  command = plan
  variables { memory_mb = 128 }
  expect_failures = [var.memory_mb]
}

run "rejects_a_timeout_beyond_fifteen_minutes" {
  command = plan
  variables { timeout_seconds = 901 }
  expect_failures = [var.timeout_seconds]
}

run "rejects_a_concurrency_that_switches_the_function_off" {
  command = plan
  variables { reserved_concurrency = 0 }
  expect_failures = [var.reserved_concurrency]
}

run "rejects_a_log_retention_that_cloudwatch_does_not_know" {
  command = plan
  variables { log_retention_days = 31 }
  expect_failures = [var.log_retention_days]
}
