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
  name          = "grafana-metrics"
  destination   = { url = "https://push.grafana.example/api/v1/push", user = "12345" }
  token         = "a-token"
  token_version = 1
}

run "keeps_the_token_out_of_the_stream_and_what_grafana_refuses_in_a_bucket" {
  command = plan

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.http_endpoint_configuration[0].access_key == null && aws_kinesis_firehose_delivery_stream.this.http_endpoint_configuration[0].secrets_manager_configuration[0].enabled
    error_message = "The key must come from Secrets Manager: access_key would stand in the state."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.http_endpoint_configuration[0].s3_backup_mode == "FailedDataOnly"
    error_message = "What Grafana refuses must be kept."
  }
}

run "rejects_a_destination_without_tls" {
  command = plan
  variables { destination = { url = "http://push.grafana.example", user = "12345" } }
  expect_failures = [var.destination]
}

run "rejects_a_user_that_is_no_number" {
  command = plan
  variables { destination = { url = "https://push.grafana.example", user = "someone" } }
  expect_failures = [var.destination]
}
