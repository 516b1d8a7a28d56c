# What Terraform itself needs, and the secrets: applied once by a person, before everything, destroyed last. Its own
# state stays on that person's disk; names are fixed, so `terraform import` recovers it.
provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags { tags = { Project = "weft", Environment = "global", ManagedBy = "terraform" } }
}

locals {
  tags = { Service = "terraform" }

  context = {
    environment              = "global"
    account_id               = var.account_id
    region                   = var.region
    alarm_topic_arn          = "arn:aws:sns:${var.region}:${var.account_id}:weft-global-alarms"
    permissions_boundary_arn = "arn:aws:iam::${var.account_id}:policy/weft-global-boundary"
  }
}

module "state_bucket" {
  source = "../modules/secure-s3-bucket"

  context = local.context
  name    = "terraform-state"
  # A year of states to go back to.
  noncurrent_days = 365
  allow_destroy   = var.allow_destroy
}

# Deprecated by Terraform in favour of the bucket's own lock file, which the environments use as well; the two work
# together, and this one goes when Terraform drops it.
resource "aws_dynamodb_table" "locks" {
  name                        = "weft-global-terraform-locks"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = !var.allow_destroy
  tags                        = local.tags

  attribute {
    name = "LockID"
    type = "S"
  }

  point_in_time_recovery { enabled = true }

  server_side_encryption { enabled = true }
}
