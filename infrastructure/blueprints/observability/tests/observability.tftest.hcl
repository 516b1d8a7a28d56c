mock_provider "aws" {
  mock_resource "aws_ce_anomaly_monitor" {
    defaults = { arn = "arn:aws:ce::123456789012:anomalymonitor/00000000-0000-0000-0000-000000000000" }
  }
}

variables {
  environment              = "test"
  account_id               = "123456789012"
  region                   = "eu-west-1"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/weft-global-boundary"
  alarm_emails             = ["operator@weft.example"]
  budget_usd               = 100

  service = {
    dispatcher_function = "weft-test-dispatcher"
    liquidator_function = "weft-test-liquidator"
    indexer_service     = "weft-test-indexer"
    queues              = { indexing = "weft-test-indexing" }
    dead_letter_queues  = { indexing = "weft-test-indexing-dlq" }
    records_table       = "weft-test-records"
  }
}

run "shows_the_service_and_lets_alarms_publish" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets) == 12
    error_message = "The dashboard must show all twelve signals."
  }

  assert {
    condition     = contains(jsondecode(aws_sns_topic_policy.alarms.policy).Statement[0].Principal.Service, "cloudwatch.amazonaws.com")
    error_message = "CloudWatch must be allowed to publish."
  }
}

run "ships_logs_to_the_delivery_of_global" {
  command = plan
  variables { log_group_names = { indexer = "/weft/test/indexer" } }

  assert {
    condition     = aws_cloudwatch_log_subscription_filter.grafana["indexer"].destination_arn == "arn:aws:firehose:eu-west-1:123456789012:deliverystream/weft-global-grafana-logs"
    error_message = "Log groups subscribe to the account's one log delivery."
  }
}

run "opens_streams_only_where_grafana_is_given" {
  command = plan

  variables {
    service        = null
    grafana_tokens = { metrics = "a-token", logs = "another" }
    grafana = {
      metrics       = { url = "https://metrics.grafana.example", user = "1" }
      logs          = { url = "https://logs.grafana.example", user = "2" }
      token_version = 1
    }
  }

  assert {
    condition     = length(module.metric_stream) == 1 && length(module.log_stream) == 1 && length(aws_cloudwatch_dashboard.this) == 0
    error_message = "Global has both streams and no dashboard."
  }
}

run "rejects_an_address_that_is_none" {
  command = plan
  variables { alarm_emails = ["operator"] }
  expect_failures = [var.alarm_emails]
}
