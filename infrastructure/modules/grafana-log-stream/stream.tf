# One per account and region. Each environment subscribes its own log groups to it, by the names composed here.
locals {
  name      = "weft-${var.context.environment}-grafana-logs"
  role_name = "weft-${var.context.environment}-grafana-logs-subscription"
}

module "delivery" {
  source = "../grafana-delivery"

  context       = var.context
  name          = "grafana-logs"
  destination   = var.destination
  token         = var.token
  token_version = var.token_version
}

module "role" {
  source = "../service-role"

  context          = var.context
  name             = "grafana-logs-subscription"
  trusted_service  = "logs.amazonaws.com"
  trust_conditions = { StringLike = { "aws:SourceArn" = ["arn:aws:logs:${var.context.region}:${var.context.account_id}:*"] } }

  statements = [{
    sid       = "HandsLogsToTheDelivery"
    actions   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    resources = ["arn:aws:firehose:${var.context.region}:${var.context.account_id}:deliverystream/${local.name}"]
  }]
}
