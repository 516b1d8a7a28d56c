module "metric_stream" {
  source = "../../modules/grafana-metric-stream"
  count  = var.grafana == null ? 0 : 1

  context       = local.context
  destination   = var.grafana.metrics
  token         = var.grafana_tokens.metrics
  token_version = var.grafana.token_version
}

module "log_stream" {
  source = "../../modules/grafana-log-stream"
  count  = var.grafana == null ? 0 : 1

  context       = local.context
  destination   = var.grafana.logs
  token         = var.grafana_tokens.logs
  token_version = var.grafana.token_version
}

resource "aws_cloudwatch_log_subscription_filter" "grafana" {
  for_each = var.log_group_names

  name            = "${local.name}-${each.key}-to-grafana"
  log_group_name  = each.value
  filter_pattern  = ""
  destination_arn = "arn:aws:firehose:${var.region}:${var.account_id}:deliverystream/weft-global-grafana-logs"
  role_arn        = "arn:aws:iam::${var.account_id}:role/weft-global-grafana-logs-subscription"
}
