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

run "offers_a_delivery_and_a_role_under_composed_names" {
  command = plan

  assert {
    condition     = output.subscription.destination_arn == "arn:aws:firehose:eu-west-1:123456789012:deliverystream/weft-test-grafana-logs" && output.subscription.role_arn == "arn:aws:iam::123456789012:role/weft-test-grafana-logs-subscription"
    error_message = "Environments subscribe by these names without reading this state."
  }
}
