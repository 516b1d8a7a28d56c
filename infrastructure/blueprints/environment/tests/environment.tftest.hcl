# The real provider with credentials that open nothing: it validates what a mock would let pass.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

variables {
  environment  = "test"
  account_id   = "123456789012"
  region       = "eu-west-1"
  network_id   = "stokenet"
  initial_mode = "dry-run"
  alarm_emails = ["operator@weft.example"]
  budget_usd   = 100
  ship_logs    = true
  liquidator   = { policy = { min_profit_xrd = "5", max_slippage = "0.02", fee_reserve_xrd = "20" } }
  release = {
    dispatcher_key       = "dispatcher/0000000000000000000000000000000000000000000000000000000000000000.zip"
    liquidator_key       = "liquidator/1111111111111111111111111111111111111111111111111111111111111111.zip"
    indexer_image_digest = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
  }
}

run "names_everything_for_its_environment" {
  command = plan

  assert {
    condition     = output.summary.names.queues.indexing == "weft-test-indexing" && output.summary.snapshots_bucket == "weft-test-snapshots-123456789012"
    error_message = "Names must carry the environment."
  }

  assert {
    condition     = output.summary.seed_phrase_parameter == "/weft/test/seed-phrase"
    error_message = "Parameters lie below /weft/<environment>/."
  }
}

run "rejects_the_reserved_name" {
  command = plan
  variables { environment = "global" }
  expect_failures = [var.environment]
}

run "rejects_an_account_that_is_none" {
  command = plan
  variables { account_id = "1234" }
  expect_failures = [var.account_id]
}

run "rejects_a_region_that_is_none" {
  command = plan
  variables { region = "Ireland" }
  expect_failures = [var.region]
}
