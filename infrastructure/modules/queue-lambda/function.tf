module "function" {
  source = "../lambda-function"

  context               = var.context
  name                  = var.name
  artefact              = var.function.artefact
  memory_mb             = var.function.memory_mb
  timeout_seconds       = var.function.timeout_seconds
  log_retention_days    = var.function.log_retention_days
  environment_variables = var.function.environment_variables
  # Equal to the event source's bound: lower, and the poller would take messages only to have them throttled.
  reserved_concurrency = var.maximum_concurrency

  statements = concat(var.function.statements, [{
    sid       = "EventSourceTakesItsMessages"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [var.queue.arn]
  }])
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn = var.queue.arn
  function_name    = module.function.alias_arn
  batch_size       = var.batch_size
  # One bad message must not bring back its neighbours.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config { maximum_concurrency = var.maximum_concurrency }

  tags = { Service = var.name }
}
