locals {
  # Tasks of this account and region only: the guard that ECS documents against the confused deputy.
  trust_conditions = {
    StringEquals = { "aws:SourceAccount" = [var.context.account_id] }
    ArnLike      = { "aws:SourceArn" = ["arn:aws:ecs:${var.context.region}:${var.context.account_id}:*"] }
  }
}

module "task_role" {
  source = "../service-role"

  context          = var.context
  name             = var.name
  trusted_service  = "ecs-tasks.amazonaws.com"
  trust_conditions = local.trust_conditions
  statements       = var.statements
}

module "execution_role" {
  source = "../service-role"

  context          = var.context
  name             = "${var.name}-execution"
  trusted_service  = "ecs-tasks.amazonaws.com"
  trust_conditions = local.trust_conditions

  statements = [
    {
      sid     = "LogsInToTheRegistry"
      actions = ["ecr:GetAuthorizationToken"]
      # AWS offers no narrower resource for a login.
      resources = ["*"]
    },
    {
      sid       = "PullsItsImage"
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
      resources = ["arn:aws:ecr:${var.context.region}:${var.context.account_id}:repository/${var.image.repository_name}"]
    },
    {
      sid       = "WritesTheContainersLog"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["arn:aws:logs:${var.context.region}:${var.context.account_id}:log-group:/weft/${var.context.environment}/${var.name}:log-stream:*"]
    },
  ]
}
