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
  name            = "worker"
  trusted_service = "ecs-tasks.amazonaws.com"
  statements = [{
    sid       = "ReadsTheJob"
    actions   = ["sqs:ReceiveMessage"]
    resources = ["arn:aws:sqs:eu-west-1:123456789012:weft-test-jobs"]
  }]
}

run "carries_the_boundary_and_only_the_listed_grants" {
  command = plan

  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.context.permissions_boundary_arn
    error_message = "Every service role must carry the permissions boundary."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy).Statement[0].Action == ["sqs:ReceiveMessage"] && !can(jsondecode(aws_iam_role_policy.this[0].policy).Statement[0].Condition)
    error_message = "A statement without conditions must come out exactly as it was given."
  }
}

run "writes_trust_and_grant_conditions_into_the_policies" {
  command = plan

  variables {
    trust_conditions = { StringEquals = { "aws:SourceAccount" = ["123456789012"] } }
    statements = [{
      sid        = "DecryptsOneParameter"
      actions    = ["kms:Decrypt"]
      resources  = ["arn:aws:kms:eu-west-1:123456789012:key/*"]
      conditions = { StringEquals = { "kms:ViaService" = ["ssm.eu-west-1.amazonaws.com"] } }
    }]
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == ["123456789012"]
    error_message = "The trust policy must carry its condition."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy).Statement[0].Condition.StringEquals["kms:ViaService"] == ["ssm.eu-west-1.amazonaws.com"]
    error_message = "The grant must carry its condition."
  }
}

run "rejects_a_wildcard_action" {
  command = plan
  variables { statements = [{ sid = "EverythingOnQueues", actions = ["sqs:*"], resources = ["arn:aws:sqs:eu-west-1:123456789012:weft-test-jobs"] }] }
  expect_failures = [var.statements]
}

run "rejects_a_sid_that_says_nothing" {
  command = plan
  variables { statements = [{ sid = "Sid1", actions = ["sqs:SendMessage"], resources = ["arn:aws:sqs:eu-west-1:123456789012:weft-test-jobs"] }] }
  expect_failures = [var.statements]
}

run "rejects_two_statements_with_one_sid" {
  command = plan
  variables {
    statements = [
      { sid = "SendsTheJob", actions = ["sqs:SendMessage"], resources = ["arn:aws:sqs:eu-west-1:123456789012:weft-test-a"] },
      { sid = "SendsTheJob", actions = ["sqs:SendMessage"], resources = ["arn:aws:sqs:eu-west-1:123456789012:weft-test-b"] },
    ]
  }
  expect_failures = [var.statements]
}

run "rejects_a_principal_that_is_no_aws_service" {
  command = plan
  variables { trusted_service = "*" }
  expect_failures = [var.trusted_service]
}
