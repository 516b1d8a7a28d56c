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
  network_id   = "stokenet"
  initial_mode = "dry-run"
  placement    = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], assign_public_ip = true }
  liquidator   = { policy = { min_profit_xrd = "5", max_slippage = "0.02", fee_reserve_xrd = "20" } }
  release = {
    dispatcher_key       = "dispatcher/0000000000000000000000000000000000000000000000000000000000000000.zip"
    liquidator_key       = "liquidator/1111111111111111111111111111111111111111111111111111111111111111.zip"
    indexer_image_digest = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
  }
}

run "starts_in_the_mode_it_is_given_and_leaves_it_to_the_operators" {
  command = plan

  assert {
    condition     = aws_ssm_parameter.mode.name == "/weft/test/mode" && aws_ssm_parameter.mode.value == "dry-run"
    error_message = "The mode parameter must start as asked."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.signal : contains(alarm.alarm_actions, var.context.alarm_topic_arn)])
    error_message = "Every signal must reach the alarm topic."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.signal["no-range-indexed"].treat_missing_data == "breaching"
    error_message = "Silence of the indexers is the failure this alarm is for."
  }
}

run "rejects_a_network_that_does_not_exist" {
  command = plan
  variables { network_id = "testnet" }
  expect_failures = [var.network_id]
}

run "rejects_a_gateway_without_tls" {
  command = plan
  variables { gateway_url = "http://gateway.example" }
  expect_failures = [var.gateway_url]
}

run "rejects_an_unknown_mode" {
  command = plan
  variables { initial_mode = "on" }
  expect_failures = [var.initial_mode]
}

run "rejects_ranges_too_small_to_be_worth_a_message" {
  command = plan
  variables { dispatcher = { range_size = 99 } }
  expect_failures = [var.dispatcher]
}

run "rejects_a_confirmation_threshold_of_one_or_more" {
  command = plan
  variables { indexer = { confirm_above_liquidation_ltv = "1.0" } }
  expect_failures = [var.indexer]
}

run "passes_on_the_whole_policy_and_leaves_out_what_is_not_set" {
  command = plan
  variables {
    liquidator = {
      policy = {
        min_profit_xrd  = "5"
        max_slippage    = "0.02"
        fee_reserve_xrd = "20"
        protocol_mode   = { max_loss_per_cdp_xrd = "100", max_loss_per_day_xrd = "1000.5" }
        denied          = [{ subject = "#7#", reason = "in dispute" }]
        rest_seconds    = 0
      }
    }
  }
  assert {
    condition = jsondecode(local.liquidation_policy_json) == jsondecode(jsonencode({
      minProfitXrd  = "5"
      maxSlippage   = "0.02"
      feeReserveXrd = "20"
      protocolMode  = { maxLossPerCdpXrd = "100", maxLossPerDayXrd = "1000.5" }
      denied        = [{ subject = "#7#", reason = "in dispute", expiresAtMs = null }]
      allowed       = []
      restSeconds   = 0
    }))
    error_message = "Each field in the code's own words, and nothing for what is not set."
  }
}

run "rejects_amounts_in_exponent_form_in_any_field" {
  command = plan
  variables {
    liquidator = {
      policy = { min_profit_xrd = "1", max_slippage = "0.02", fee_reserve_xrd = "20", max_fees_per_hour_xrd = "1e3" }
    }
  }
  expect_failures = [var.liquidator]
}

run "rejects_amounts_in_exponent_form" {
  command = plan
  variables { liquidator = { policy = { min_profit_xrd = "1e-7", max_slippage = "0.02", fee_reserve_xrd = "20" } } }
  expect_failures = [var.liquidator]
}
