locals {
  name          = "weft-${var.context.environment}-${var.name}"
  schedule_name = "${local.name}-schedule"
  tags          = { Service = var.name }

  schedule_arn = "arn:aws:scheduler:${var.context.region}:${var.context.account_id}:schedule/default/${local.schedule_name}"
  rate         = var.every_minutes == 1 ? "rate(1 minute)" : "rate(${var.every_minutes} minutes)"
}

module "function" {
  source = "../lambda-function"

  context               = var.context
  name                  = var.name
  artefact              = var.function.artefact
  memory_mb             = var.function.memory_mb
  timeout_seconds       = var.function.timeout_seconds
  log_retention_days    = var.function.log_retention_days
  environment_variables = var.function.environment_variables
  # Two runs at once would race for the same sync point; a run that overlaps is dropped below, not queued.
  reserved_concurrency = 1

  statements = concat(var.function.statements, [{
    sid       = "ReportsAnEventItCouldNotRun"
    actions   = ["sqs:SendMessage"]
    resources = [local.dlq_arn]
  }])
}

# The scheduler invokes asynchronously: without this Lambda would retry a throttled event for six hours.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = module.function.name
  qualifier                    = module.function.alias
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = max(60, 60 * var.every_minutes)

  destination_config {
    on_failure { destination = local.dlq_arn }
  }

  depends_on = [aws_sqs_queue.dlq]
}
