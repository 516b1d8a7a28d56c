# Mocked: what is asserted here needs no AWS.
mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000" }
  }
}

variables {
  account_id         = "123456789012"
  secret_keeper_arns = ["arn:aws:iam::123456789012:role/keeper"]
}

run "creates_state_bucket_lock_table_and_empty_secrets" {
  command = plan

  assert {
    condition     = output.state.bucket == "weft-global-terraform-state-123456789012" && aws_dynamodb_table.locks.hash_key == "LockID" && aws_dynamodb_table.locks.deletion_protection_enabled
    error_message = "The environments' backends rely on these names, and on nobody deleting them by accident."
  }

  assert {
    condition     = toset([for p in aws_ssm_parameter.seed_phrase : p.name]) == toset(["/weft/mainnet/seed-phrase", "/weft/stokenet/seed-phrase"]) && alltrue([for p in aws_ssm_parameter.seed_phrase : p.type == "SecureString" && p.value_wo_version == 1])
    error_message = "Each environment has a SecureString for its seed phrase, written through the write-only argument."
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_kms_key.seed_phrase["mainnet"].policy).Statement : can(s.Condition) || !contains(s.Action, "kms:Decrypt")])
    error_message = "Whoever may decrypt must be named by a condition."
  }
}

run "rejects_an_account_that_is_none" {
  command = plan
  variables { account_id = "1234" }
  expect_failures = [var.account_id]
}

run "rejects_the_reserved_environment_name" {
  command = plan
  variables { environments = ["global"] }
  expect_failures = [var.environments]
}

run "rejects_secrets_that_nobody_could_fill_in" {
  command = plan
  variables { secret_keeper_arns = [] }
  expect_failures = [var.secret_keeper_arns]
}
