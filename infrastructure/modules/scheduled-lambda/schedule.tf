resource "aws_scheduler_schedule" "this" {
  name                = local.schedule_name
  description         = "Invokes ${local.name} every ${var.every_minutes} min."
  schedule_expression = local.rate

  flexible_time_window { mode = "OFF" }

  target {
    arn      = module.function.alias_arn
    role_arn = module.scheduler_role.arn

    retry_policy {
      maximum_retry_attempts = 2
      # A run later than its successor is worthless: the next one covers it.
      maximum_event_age_in_seconds = max(60, 60 * var.every_minutes)
    }

    dead_letter_config { arn = local.dlq_arn }
  }

  depends_on = [aws_sqs_queue.dlq]
}

module "scheduler_role" {
  source = "../service-role"

  context         = var.context
  name            = "${var.name}-schedule"
  trusted_service = "scheduler.amazonaws.com"
  # The trust names the schedule group: AWS accepts only that, not a single schedule, as source ARN.
  trust_conditions = {
    StringEquals = {
      "aws:SourceAccount" = [var.context.account_id]
      "aws:SourceArn"     = ["arn:aws:scheduler:${var.context.region}:${var.context.account_id}:schedule-group/default"]
    }
  }

  statements = [
    {
      sid       = "StartsTheRun"
      actions   = ["lambda:InvokeFunction"]
      resources = ["arn:aws:lambda:${var.context.region}:${var.context.account_id}:function:${local.name}:live"]
    },
    {
      sid       = "KeepsARunItCouldNotStart"
      actions   = ["sqs:SendMessage"]
      resources = [local.dlq_arn]
    },
  ]
}
