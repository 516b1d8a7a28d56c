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
  destination   = { url = "https://push.grafana.example/api/v1/push", user = "12345" }
  token         = "a-token"
  token_version = 1
}

run "ships_the_services_metrics_as_opentelemetry" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_stream.this.output_format == "opentelemetry1.0" && contains(aws_cloudwatch_metric_stream.this.include_filter[*].namespace, "Weft")
    error_message = "The Weft namespace must be shipped in a format Grafana Cloud reads."
  }

  assert {
    condition     = aws_cloudwatch_metric_stream.this.firehose_arn == "arn:aws:firehose:eu-west-1:123456789012:deliverystream/weft-test-grafana-metrics"
    error_message = "The stream must feed the module's own delivery."
  }
}

run "rejects_namespaces_without_our_own" {
  command = plan
  variables { namespaces = ["AWS/SQS"] }
  expect_failures = [var.namespaces]
}
