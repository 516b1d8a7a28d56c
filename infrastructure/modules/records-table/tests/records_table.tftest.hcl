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
  name = "records"
}

run "keeps_records_recoverable_encrypted_and_protected" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "Deletion protection, point-in-time recovery and encryption must be on."
  }

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].attribute_name == "expiresAt" && aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "Records expire by expiresAt and are paid on demand."
  }
}

run "lifts_protection_only_for_a_teardown" {
  command = plan
  variables { allow_destroy = true }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "allow_destroy must lift deletion protection."
  }
}
