# Mocked: what is asserted here needs no AWS.
mock_provider "aws" {}

variables {
  account_id      = "123456789012"
  region          = "eu-west-1"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:weft-global-alarms"
  repository      = "weft/backend"
  environments    = ["mainnet", "stokenet"]
  grafana_reader  = { account_id = "999999999999", external_id = "1234" }
}

run "gives_each_environment_an_apply_role_and_all_one_plan_role" {
  command = plan

  assert {
    condition     = output.pipeline_roles.apply == { global = "arn:aws:iam::123456789012:role/weft-global-apply-global", mainnet = "arn:aws:iam::123456789012:role/weft-global-apply-mainnet", stokenet = "arn:aws:iam::123456789012:role/weft-global-apply-stokenet" }
    error_message = "The workflows rely on these names."
  }

  assert {
    condition     = length(aws_iam_policy.boundary.policy) <= 6144
    error_message = "The boundary must fit one managed policy."
  }

  assert {
    condition     = jsondecode(aws_iam_role.grafana_reader[0].assume_role_policy).Statement[0].Condition.StringEquals["sts:ExternalId"] == "1234"
    error_message = "Grafana must prove that it acts for this stack."
  }
}

run "trusts_nobody_outside_by_default" {
  command = plan
  variables { grafana_reader = null }

  assert {
    condition     = length(aws_iam_role.grafana_reader) == 0
    error_message = "Without Grafana there is no reader role."
  }
}

run "rejects_the_reserved_environment_name" {
  command = plan
  variables { environments = ["global"] }
  expect_failures = [var.environments]
}

run "rejects_a_reader_without_external_id" {
  command = plan
  variables { grafana_reader = { account_id = "999999999999", external_id = "" } }
  expect_failures = [var.grafana_reader]
}
