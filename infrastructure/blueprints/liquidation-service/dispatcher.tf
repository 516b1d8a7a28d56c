module "dispatcher" {
  source = "../../modules/scheduled-lambda"

  context       = var.context
  name          = "dispatcher"
  every_minutes = var.dispatcher.every_minutes

  function = {
    artefact           = { bucket = local.artefact_bucket, key = "${var.context.environment}/${var.release.dispatcher_key}" }
    timeout_seconds    = min(local.timeout_seconds, 60 * var.dispatcher.every_minutes)
    log_retention_days = var.log_retention_days

    environment_variables = merge(local.common_environment, {
      WEFT_SNAPSHOTS_BUCKET       = module.snapshots.name
      WEFT_INDEXING_QUEUE_URL     = module.indexing_queue.url
      WEFT_RANGE_SIZE             = tostring(var.dispatcher.range_size)
      WEFT_MAX_LEDGER_AGE_SECONDS = tostring(var.dispatcher.max_ledger_age_seconds)
    })

    statements = [
      {
        sid       = "SendsOneJobPerRange"
        actions   = ["sqs:SendMessage"]
        resources = [module.indexing_queue.arn]
      },
      {
        sid       = "StoresTheMarketSnapshot"
        actions   = ["s3:PutObject"]
        resources = ["${module.snapshots.arn}/*"]
      },
      {
        sid       = "KeepsRunAndPriceTrustRecords"
        actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
        resources = [module.records.arn]
      },
    ]
  }
}
