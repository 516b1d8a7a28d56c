locals {
  log_arn = "arn:aws:logs:${var.context.region}:${var.context.account_id}:log-group:/aws/lambda/${local.name}"
}

module "role" {
  source = "../service-role"

  context         = var.context
  name            = var.name
  trusted_service = "lambda.amazonaws.com"

  statements = concat(
    [{
      sid       = "WritesItsOwnLog"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${local.log_arn}:log-stream:*"]
    }],
    var.statements,
  )
}
