mock_provider "aws" {
  mock_resource "aws_ce_anomaly_monitor" {
    defaults = { arn = "arn:aws:ce::123456789012:anomalymonitor/00000000-0000-0000-0000-000000000000" }
  }
}

variables {
  environment       = "mainnet"
  monthly_limit_usd = 200
  alarm_topic_arn   = "arn:aws:sns:eu-west-1:123456789012:weft-mainnet-alarms"
}

run "alerts_on_spend_so_far_and_on_the_forecast" {
  command = plan

  assert {
    condition     = toset([for n in aws_budgets_budget.this.notification : n.threshold if n.notification_type == "ACTUAL"]) == toset([50, 80, 100]) && length([for n in aws_budgets_budget.this.notification : n if n.notification_type == "FORECASTED"]) == 1
    error_message = "Actual spend alerts at three shares, the forecast at the limit."
  }

  assert {
    condition     = contains(one(aws_budgets_budget.this.cost_filter).values, "user:Environment$mainnet")
    error_message = "An environment's budget counts what carries its Environment tag."
  }
}

run "counts_the_whole_project_for_global" {
  command = plan
  variables { environment = "global" }

  assert {
    condition     = contains(one(aws_budgets_budget.this.cost_filter).values, "user:Project$weft")
    error_message = "The global budget counts what carries the Project tag."
  }
}

run "rejects_a_limit_of_nothing" {
  command = plan
  variables { monthly_limit_usd = 0 }
  expect_failures = [var.monthly_limit_usd]
}

run "rejects_a_budget_that_never_alerts" {
  command = plan
  variables { actual_thresholds_percent = [] }
  expect_failures = [var.actual_thresholds_percent]
}

run "rejects_anomalies_from_the_first_cent" {
  command = plan
  variables { anomaly_usd = 0 }
  expect_failures = [var.anomaly_usd]
}
