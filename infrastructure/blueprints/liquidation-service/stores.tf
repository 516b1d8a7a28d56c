# Derived state only: delete it all and the next run rebuilds it from the ledger.
module "snapshots" {
  source = "../../modules/secure-s3-bucket"

  context         = var.context
  name            = "snapshots"
  noncurrent_days = 7
  # Long enough to replay an incident.
  expire_after_days = { "" = 90 }
  allow_destroy     = var.allow_destroy
}

module "records" {
  source = "../../modules/records-table"

  context       = var.context
  name          = "records"
  allow_destroy = var.allow_destroy
}

module "indexing_queue" {
  source = "../../modules/work-queue"

  context                    = var.context
  name                       = "indexing"
  consumer_timeout_seconds   = local.timeout_seconds
  visibility_timeout_seconds = local.visibility_seconds
  # A range is covered again by every later run; two hours are kept so that a poisonous one reaches the dead letters.
  retention_seconds            = 7200
  oldest_message_alarm_seconds = 60 * var.dispatcher.every_minutes
}

module "liquidation_queue" {
  source = "../../modules/work-queue"

  context                      = var.context
  name                         = "liquidation"
  consumer_timeout_seconds     = local.timeout_seconds
  visibility_timeout_seconds   = local.visibility_seconds
  oldest_message_alarm_seconds = 600
}

resource "aws_ecr_repository" "indexer" {
  name                 = "${local.prefix}-indexer"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.allow_destroy
  tags                 = local.tags

  encryption_configuration { encryption_type = "AES256" }

  image_scanning_configuration { scan_on_push = true }
}

resource "aws_ecr_lifecycle_policy" "indexer" {
  repository = aws_ecr_repository.indexer.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Room to roll back twenty releases."
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ssm_parameter" "mode" {
  name        = local.mode_parameter
  description = "live, dry-run or paused; set by operators, read by the liquidator."
  type        = "String"
  value       = var.initial_mode
  tags        = local.tags

  allowed_pattern = "^(live|dry-run|paused)$"

  lifecycle { ignore_changes = [value] }
}
