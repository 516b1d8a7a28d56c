locals {
  prefix = "weft-${var.context.environment}"
  tags   = { Service = "liquidation" }

  artefact_bucket = "weft-global-artefacts-${var.context.account_id}"

  # Both ends of a queue are built from these, so neither waits for the other.
  timeout_seconds    = 120
  visibility_seconds = 6 * local.timeout_seconds

  parameter_prefix      = "/weft/${var.context.environment}"
  parameter_arn_prefix  = "arn:aws:ssm:${var.context.region}:${var.context.account_id}:parameter${local.parameter_prefix}"
  mode_parameter        = "${local.parameter_prefix}/mode"
  seed_phrase_parameter = "${local.parameter_prefix}/seed-phrase"

  common_environment = merge(
    {
      WEFT_ENVIRONMENT   = var.context.environment
      WEFT_NETWORK       = var.network_id
      WEFT_LOG_LEVEL     = "info"
      WEFT_RECORDS_TABLE = module.records.name
    },
    { for key, value in { WEFT_GATEWAY_URL = var.gateway_url } : key => value if value != null },
  )
}
