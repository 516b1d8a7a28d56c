module "indexer" {
  source = "../../modules/ecs-autoscaling-service"

  context            = var.context
  name               = "indexer"
  image              = { repository_name = aws_ecr_repository.indexer.name, digest = var.release.indexer_image_digest }
  task               = { cpu = var.indexer.cpu, memory_mb = var.indexer.memory_mb }
  network            = var.placement
  queue_name         = module.indexing_queue.name
  log_retention_days = var.log_retention_days

  scaling = {
    max_tasks                = var.indexer.max_tasks
    acceptable_delay_seconds = var.indexer.acceptable_delay_seconds
    seconds_per_message      = var.indexer.seconds_per_range
  }

  environment_variables = merge(local.common_environment, {
    # Lambda sets it by itself, Fargate does not.
    AWS_REGION                         = var.context.region
    WEFT_SNAPSHOTS_BUCKET              = module.snapshots.name
    WEFT_INDEXING_QUEUE_URL            = module.indexing_queue.url
    WEFT_INDEXING_DEAD_LETTERS_URL     = module.indexing_queue.dlq_url
    WEFT_LIQUIDATION_QUEUE_URL         = module.liquidation_queue.url
    WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV = var.indexer.confirm_above_liquidation_ltv
  })

  statements = [
    {
      sid       = "TakesRangesAndGivesThemBack"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
      resources = [module.indexing_queue.arn]
    },
    {
      sid       = "GivesUpWhatCanNeverSucceed"
      actions   = ["sqs:SendMessage"]
      resources = [module.indexing_queue.dlq_arn]
    },
    {
      sid       = "QueuesConfirmedCandidates"
      actions   = ["sqs:SendMessage"]
      resources = [module.liquidation_queue.arn]
    },
    {
      sid       = "ReadsTheMarketAndWritesBatches"
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["${module.snapshots.arn}/*"]
    },
    {
      # Without it S3 answers a missing object with "forbidden", which is no answer.
      sid       = "TellsMissingSnapshotsFromForbiddenOnes"
      actions   = ["s3:ListBucket"]
      resources = [module.snapshots.arn]
    },
    {
      sid       = "RecordsCoverage"
      actions   = ["dynamodb:PutItem"]
      resources = [module.records.arn]
    },
    {
      sid       = "AsksWhichCandidatesAreInWork"
      actions   = ["dynamodb:BatchGetItem"]
      resources = [module.records.arn]
    },
  ]
}
