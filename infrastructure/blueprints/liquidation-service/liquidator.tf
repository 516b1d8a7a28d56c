module "liquidator" {
  source = "../../modules/queue-lambda"

  context             = var.context
  name                = "liquidator"
  maximum_concurrency = var.liquidator.maximum_concurrency

  queue = {
    arn                        = module.liquidation_queue.arn
    visibility_timeout_seconds = module.liquidation_queue.visibility_timeout_seconds
  }

  function = {
    artefact           = { bucket = local.artefact_bucket, key = var.release.liquidator_key }
    memory_mb          = 1024
    timeout_seconds    = local.timeout_seconds
    log_retention_days = var.log_retention_days

    environment_variables = merge(local.common_environment, {
      WEFT_MODE_PARAMETER        = local.mode_parameter
      WEFT_SEED_PHRASE_PARAMETER = local.seed_phrase_parameter
      WEFT_ACCOUNT_INDEX         = tostring(var.liquidator.account_index)
      WEFT_LIQUIDATION_POLICY = jsonencode({
        minProfitXrd  = var.liquidator.policy.min_profit_xrd
        maxSlippage   = var.liquidator.policy.max_slippage
        feeReserveXrd = var.liquidator.policy.fee_reserve_xrd
      })
    })

    statements = [
      {
        sid       = "KeepsTheJournalThatMakesRetriesSafe"
        actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"]
        resources = [module.records.arn]
      },
      {
        sid       = "FindsItsRecentExecutions"
        actions   = ["dynamodb:Query"]
        resources = ["${module.records.arn}/index/by-kind"]
      },
      {
        sid       = "ReadsTheModeAndTheSeedPhrase"
        actions   = ["ssm:GetParameter"]
        resources = ["${local.parameter_arn_prefix}/mode", "${local.parameter_arn_prefix}/seed-phrase"]
      },
      {
        # The key lives in the bootstrap's state, so it is named by what it may open: this parameter, through SSM.
        sid       = "DecryptsTheSeedPhraseOnly"
        actions   = ["kms:Decrypt"]
        resources = ["arn:aws:kms:${var.context.region}:${var.context.account_id}:key/*"]
        conditions = {
          StringEquals = {
            "kms:ViaService"                      = ["ssm.${var.context.region}.amazonaws.com"]
            "kms:EncryptionContext:PARAMETER_ARN" = ["${local.parameter_arn_prefix}/seed-phrase"]
          }
        }
      },
    ]
  }
}
