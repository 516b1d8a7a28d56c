locals {
  # Three to a row; read top down: is it late, is it working, is it failing, what does it cost.
  widgets = flatten([for service in var.service[*] : [
    {
      title   = "Waiting messages"
      stat    = "Maximum"
      metrics = [for name in values(service.queues) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
    },
    {
      title   = "Age of the oldest message, s"
      stat    = "Maximum"
      metrics = [for name in values(service.queues) : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name]]
    },
    {
      title   = "Dead letters"
      stat    = "Maximum"
      metrics = [for name in values(service.dead_letter_queues) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
    },
    {
      title = "Dispatcher: runs, ledger age"
      stat  = "Maximum"
      metrics = [for metric in ["RunsStarted", "RunsRefused", "JobsSent", "LedgerAgeSeconds"] :
      ["Weft", metric, "service", "dispatcher", "environment", var.environment]]
    },
    {
      title = "Indexer throughput"
      stat  = "Sum"
      metrics = [for metric in ["RangesIndexed", "CdpsEvaluated", "CandidatesQueued", "CandidatesLeftOut", "HealthDisagreements", "ConfirmFailures", "CdpsMissing", "CdpsUnreadable", "SecondLooksFailed"] :
      ["Weft", metric, "service", "indexer", "environment", var.environment]]
    },
    {
      title = "Liquidation throughput"
      stat  = "Sum"
      metrics = [for metric in ["LiquidationsCommitted", "LiquidationsStale", "LiquidationsUnprofitable", "LiquidationsQuarantined", "LiquidationsFailed"] :
      ["Weft", metric, "service", "liquidator", "environment", var.environment]]
    },
    {
      title = "Queue to done, s"
      stat  = "Maximum"
      metrics = [
        ["Weft", "QueueToDoneSeconds", "service", "liquidator", "environment", var.environment],
      ]
    },
    {
      title = "Wallet, profit and fees, XRD"
      stat  = "Average"
      metrics = [for metric in ["WalletXrd", "RealisedProfitXrd", "FeesXrd"] :
      ["Weft", metric, "service", "liquidator", "environment", var.environment]]
    },
    {
      title = "Lambda errors and throttles"
      stat  = "Sum"
      metrics = [for pair in setproduct(["Errors", "Throttles"], [service.dispatcher_function, service.liquidator_function]) :
      ["AWS/Lambda", pair[0], "FunctionName", pair[1]]]
    },
    {
      title = "Indexer tasks: desired, running, pending"
      stat  = "Maximum"
      metrics = [for metric in ["DesiredTaskCount", "RunningTaskCount", "PendingTaskCount"] :
      ["ECS/ContainerInsights", metric, "ClusterName", service.indexer_service, "ServiceName", service.indexer_service]]
    },
    {
      title = "Indexer health: CPU and memory, %"
      stat  = "Maximum"
      metrics = [for metric in ["CPUUtilization", "MemoryUtilization"] :
      ["AWS/ECS", metric, "ClusterName", service.indexer_service, "ServiceName", service.indexer_service]]
    },
    {
      # Exists in us-east-1 only, for the whole account, once billing alerts are switched on.
      title   = "Spend of the account this month, USD"
      stat    = "Maximum"
      region  = "us-east-1"
      period  = 21600
      metrics = [["AWS/Billing", "EstimatedCharges", "Currency", "USD"]]
    },
  ]])
}

resource "aws_cloudwatch_dashboard" "this" {
  count = var.service == null ? 0 : 1

  dashboard_name = local.name

  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = 8 * (index % 3)
      y      = 6 * floor(index / 3)
      width  = 8
      height = 6
      properties = {
        title   = widget.title
        view    = "timeSeries"
        region  = lookup(widget, "region", var.region)
        period  = lookup(widget, "period", 60)
        stat    = widget.stat
        metrics = widget.metrics
      }
    }]
  })
}
