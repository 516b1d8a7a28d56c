locals {
  # In the names of services/liquidator/src/policy.ts; what is null is left out, so that its default there counts.
  liquidation_policy_json = jsonencode({ for name, value in local.liquidation_policy : name => value if value != null })

  liquidation_policy = {
    minProfitXrd            = var.liquidator.policy.min_profit_xrd
    maxSlippage             = var.liquidator.policy.max_slippage
    feeReserveXrd           = var.liquidator.policy.fee_reserve_xrd
    lockFeeXrd              = var.liquidator.policy.lock_fee_xrd
    expectedNetworkFeeXrd   = var.liquidator.policy.expected_network_fee_xrd
    ownFundsShare           = var.liquidator.policy.own_funds_share
    maxOwnXrdPerTransaction = var.liquidator.policy.max_own_xrd_per_transaction
    maxOwnXrdPerHour        = var.liquidator.policy.max_own_xrd_per_hour
    maxCompensationXrd      = var.liquidator.policy.max_compensation_xrd
    maxLockFeeXrd           = var.liquidator.policy.max_lock_fee_xrd
    maxCallsPerTransaction  = var.liquidator.policy.max_calls_per_transaction
    lsuExit                 = var.liquidator.policy.lsu_exit
    maxFeesPerHourXrd       = var.liquidator.policy.max_fees_per_hour_xrd
    maxLossesPerDayXrd      = var.liquidator.policy.max_losses_per_day_xrd
    maxFailedAttemptsPerCdp = var.liquidator.policy.max_failed_attempts_per_cdp
    maxLedgerAgeSeconds     = var.liquidator.policy.max_ledger_age_seconds
    haltedAfterSeconds      = var.liquidator.policy.halted_after_seconds
    quietPeriodSeconds      = var.liquidator.policy.quiet_period_seconds
    claimSeconds            = var.liquidator.policy.claim_seconds
    restSeconds             = var.liquidator.policy.rest_seconds

    protocolMode = var.liquidator.policy.protocol_mode == null ? null : {
      maxLossPerCdpXrd = var.liquidator.policy.protocol_mode.max_loss_per_cdp_xrd
      maxLossPerDayXrd = var.liquidator.policy.protocol_mode.max_loss_per_day_xrd
    }

    denied = [for entry in var.liquidator.policy.denied : {
      subject = entry.subject, reason = entry.reason, expiresAtMs = entry.expires_at_ms
    }]
    allowed = [for entry in var.liquidator.policy.allowed : {
      subject = entry.subject, reason = entry.reason, expiresAtMs = entry.expires_at_ms
    }]
  }
}

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
    artefact           = { bucket = local.artefact_bucket, key = "${var.context.environment}/${var.release.liquidator_key}" }
    memory_mb          = 1024
    timeout_seconds    = local.timeout_seconds
    log_retention_days = var.log_retention_days

    environment_variables = merge(local.common_environment, {
      WEFT_LIQUIDATION_QUEUE_URL        = module.liquidation_queue.url
      WEFT_LIQUIDATION_DEAD_LETTERS_URL = module.liquidation_queue.dlq_url
      WEFT_MODE_PARAMETER               = local.mode_parameter
      WEFT_SEED_PHRASE_PARAMETER        = local.seed_phrase_parameter
      WEFT_ACCOUNT_INDEX                = tostring(var.liquidator.account_index)
      WEFT_LIQUIDATION_POLICY           = local.liquidation_policy_json
    })

    statements = [
      {
        sid       = "PutsOffWhatTheLedgerCannotAnswer"
        actions   = ["sqs:SendMessage", "sqs:ChangeMessageVisibility"]
        resources = [module.liquidation_queue.arn]
      },
      {
        sid       = "GivesUpWhatCanNeverSucceed"
        actions   = ["sqs:SendMessage"]
        resources = [module.liquidation_queue.dlq_arn]
      },
      {
        sid       = "KeepsTheJournalThatMakesRetriesSafe"
        actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"]
        resources = [module.records.arn]
      },
      {
        sid       = "FindsItsRecentExecutionsAndWhatTheyCost"
        actions   = ["dynamodb:Query"]
        resources = ["${module.records.arn}/index/by-kind", "${module.records.arn}/index/by-spending"]
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
