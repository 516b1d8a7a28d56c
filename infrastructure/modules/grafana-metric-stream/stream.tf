locals {
  name = "weft-${var.context.environment}-grafana-metrics"
  tags = { Service = "grafana-metrics" }
}

module "delivery" {
  source = "../grafana-delivery"

  context       = var.context
  name          = "grafana-metrics"
  destination   = var.destination
  token         = var.token
  token_version = var.token_version
}

resource "aws_cloudwatch_metric_stream" "this" {
  name          = local.name
  role_arn      = module.role.arn
  firehose_arn  = module.delivery.arn
  output_format = "opentelemetry1.0"
  tags          = local.tags

  dynamic "include_filter" {
    for_each = var.namespaces

    content { namespace = include_filter.value }
  }
}

module "role" {
  source = "../service-role"

  context          = var.context
  name             = "grafana-metrics-stream"
  trusted_service  = "streams.metrics.cloudwatch.amazonaws.com"
  trust_conditions = { StringEquals = { "aws:SourceAccount" = [var.context.account_id] } }

  statements = [{
    sid       = "HandsMetricsToTheDelivery"
    actions   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    resources = ["arn:aws:firehose:${var.context.region}:${var.context.account_id}:deliverystream/${local.name}"]
  }]
}
