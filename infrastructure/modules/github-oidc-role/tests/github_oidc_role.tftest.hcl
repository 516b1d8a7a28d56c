mock_provider "aws" {}

variables {
  account_id = "123456789012"
  name       = "apply-stokenet"
  repository = "weft/backend"
  subjects   = ["environment:stokenet"]
  policies   = { queues = [{ sid = "ManagesItsQueues", actions = ["sqs:CreateQueue"], resources = ["arn:aws:sqs:*:123456789012:weft-stokenet-*"] }] }
}

run "trusts_exactly_the_listed_runs_of_one_repository" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:weft/backend:environment:stokenet"]
    error_message = "The subject must name repository and environment in full."
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    error_message = "The audience must be AWS."
  }
}

run "trusts_the_form_with_numbers_and_no_other_where_github_writes_it" {
  command = plan
  variables { repository_ids = { owner = "1234", repository = "987654321" } }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:weft@1234/backend@987654321:environment:stokenet"]
    error_message = "The subject must carry both numbers, each behind its name."
  }
}

run "rejects_ids_that_are_no_numbers" {
  command = plan
  variables { repository_ids = { owner = "*", repository = "987654321" } }
  expect_failures = [var.repository_ids]
}

run "refuses_a_policy_longer_than_aws_takes" {
  command = plan
  variables { policies = { queues = [for n in range(80) : { sid = "ManagesQueueNumber${n}", actions = ["sqs:CreateQueue"], resources = ["arn:aws:sqs:*:123456789012:weft-stokenet-${n}"] }] } }
  expect_failures = [aws_iam_policy.this]
}

run "rejects_a_repository_with_a_wildcard" {
  command = plan
  variables { repository = "weft/*" }
  expect_failures = [var.repository]
}

run "rejects_a_subject_with_a_wildcard" {
  command = plan
  variables { subjects = ["ref:refs/heads/*"] }
  expect_failures = [var.subjects]
}

run "rejects_a_wildcard_action" {
  command = plan
  variables { policies = { queues = [{ sid = "ManagesItsQueues", actions = ["sqs:*"], resources = ["arn:aws:sqs:*:123456789012:weft-stokenet-*"] }] } }
  expect_failures = [var.policies]
}

run "rejects_more_policies_than_a_role_can_carry" {
  command = plan
  variables { policies = { for n in range(11) : "part-${n}" => [{ sid = "ManagesItsQueues", actions = ["sqs:CreateQueue"], resources = ["arn:aws:sqs:*:123456789012:weft-stokenet-*"] }] } }
  expect_failures = [var.policies]
}
