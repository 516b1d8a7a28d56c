# What the services say about themselves (CloudWatch EMF, namespace Weft), turned into alarms. Missing data is fine
# unless the silence itself is the failure.
locals {
  run_seconds = 60 * var.dispatcher.every_minutes

  # A Gateway is counted when it begins to fail, not while it does: of a long outage there may be one count.
  gateway_signals = {
    for service in ["dispatcher", "indexer", "liquidator"] : "${service}-gateways-failing" => {
      description = "A Gateway stopped serving the ${service}: cut off, far behind another one, or of another network."
      service     = service
      metric      = "GatewaysFailing"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
  }

  signals = merge(local.gateway_signals, {
    ledger-age = {
      description = "The newest ledger state is ten minutes old or more: the network or its Gateway has halted."
      service     = "dispatcher"
      metric      = "LedgerAgeSeconds"
      statistic   = "Maximum"
      operator    = "GreaterThanOrEqualToThreshold"
      threshold   = 600
      period      = local.run_seconds
      periods     = 1
      missing     = "notBreaching"
    }
    runs-refused = {
      description = "Three runs in a row were refused: stale ledger, open breaker or suspect prices. No CDP is being checked."
      service     = "dispatcher"
      metric      = "RunsRefused"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = local.run_seconds
      periods     = 3
      missing     = "notBreaching"
    }
    no-range-indexed = {
      description = "No range was evaluated for three runs: CDPs go unchecked."
      service     = "indexer"
      metric      = "RangesIndexed"
      statistic   = "Sum"
      operator    = "LessThanThreshold"
      threshold   = 1
      period      = local.run_seconds
      periods     = 3
      missing     = "breaching"
    }
    health-disagreement = {
      description = "Our evaluation of a CDP and the ledger's own differ beyond rounding: the model of the protocol is out of date."
      service     = "indexer"
      metric      = "HealthDisagreements"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    confirm-failures = {
      description = "In three runs in a row the ledger did not confirm candidates: liquidatable CDPs may go unqueued."
      service     = "indexer"
      metric      = "ConfirmFailures"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = local.run_seconds
      periods     = 3
      missing     = "notBreaching"
    }
    cdps-missing = {
      description = "The Gateway left out ids that were minted: those CDPs are unknown and the run is partial."
      service     = "indexer"
      metric      = "CdpsMissing"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = local.run_seconds
      periods     = 1
      missing     = "notBreaching"
    }
    cdps-unreadable = {
      description = "The data of at least one CDP is of a shape that the indexer does not know: nobody here can judge or liquidate it."
      service     = "indexer"
      metric      = "CdpsUnreadable"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      # Each run says it again: over three of them one late run does not look like the end of it.
      period  = 3 * local.run_seconds
      periods = 1
      missing = "notBreaching"
    }
    second-looks-failed = {
      description = "In three runs in a row the ledger contradicted our evaluation and could not be read again: the candidates were queued unexamined."
      service     = "indexer"
      metric      = "SecondLooksFailed"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = local.run_seconds
      periods     = 3
      missing     = "notBreaching"
    }
    liquidation-quarantined = {
      description = "A candidate was quarantined because a price it depends on is suspect: an operator must release or drop it."
      service     = "liquidator"
      metric      = "LiquidationsQuarantined"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    liquidator-health-disagreement = {
      description = "Before a liquidation our evaluation of the CDP and the ledger's own differed beyond rounding: it was not liquidated."
      service     = "liquidator"
      metric      = "HealthDisagreements"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    fate-contradicted = {
      description = "A Gateway's word on an epoch, a fate or a receipt contradicts our own clock and what was signed: it lies or is ill."
      service     = "liquidator"
      metric      = "FatesContradicted"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    liquidation-failed = {
      description = "A liquidation failed on the ledger."
      service     = "liquidator"
      metric      = "LiquidationsFailed"
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    slow-liquidation = {
      description = "A liquidation took longer than ten minutes from the queue to its end."
      service     = "liquidator"
      metric      = "QueueToDoneSeconds"
      statistic   = "Maximum"
      operator    = "GreaterThanThreshold"
      threshold   = 600
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    low-wallet = {
      description = "The wallet holds less than ${var.liquidator.minimum_wallet_xrd} XRD: fees for the next wave may not be there."
      service     = "liquidator"
      metric      = "WalletXrd"
      statistic   = "Minimum"
      operator    = "LessThanThreshold"
      threshold   = var.liquidator.minimum_wallet_xrd
      period      = 300
      periods     = 1
      # The balance is reported per liquidation: between two of them the alarm keeps what it knew.
      missing = "ignore"
    }
  })
}

resource "aws_cloudwatch_metric_alarm" "signal" {
  for_each = local.signals

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "Weft"
  metric_name         = each.value.metric
  dimensions          = { service = each.value.service, environment = var.context.environment }
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = [var.context.alarm_topic_arn]
  ok_actions          = [var.context.alarm_topic_arn]
  tags                = local.tags
}
