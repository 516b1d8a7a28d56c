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
  name              = "snapshots"
  expire_after_days = { "batches/" = 7 }
}

run "is_private_encrypted_versioned_and_named_for_the_account" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.bucket == "weft-test-snapshots-123456789012"
    error_message = "Bucket names are global: environment and account id must both be in them."
  }

  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets])
    error_message = "All four public access blocks must be on."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Plain HTTP must be refused."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[1].expiration[0].days == 7 && !aws_s3_bucket.this.force_destroy
    error_message = "Prefixes expire as asked, and nothing is deletable by default."
  }
}

run "rejects_a_name_that_leaves_no_room_for_prefix_and_account" {
  command = plan
  variables { name = "a-name-of-more-than-thirty-characters" }
  expect_failures = [var.name]
}

run "rejects_an_expiry_of_zero_days" {
  command = plan
  variables { expire_after_days = { "batches/" = 0 } }
  expect_failures = [var.expire_after_days]
}

run "rejects_versions_that_never_expire" {
  command = plan
  variables { noncurrent_days = 0 }
  expect_failures = [var.noncurrent_days]
}
