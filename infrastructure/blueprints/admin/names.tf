locals {
  tags = { Service = "admin" }

  context = {
    environment              = "global"
    account_id               = var.account_id
    region                   = var.region
    alarm_topic_arn          = var.alarm_topic_arn
    permissions_boundary_arn = local.boundary_arn
  }

  boundary_name = "weft-global-boundary"
  boundary_arn  = "arn:aws:iam::${var.account_id}:policy/${local.boundary_name}"

  # `arn:aws:<service>:<region>:<account>`, the beginning of every regional ARN.
  regional = { for service in [
    "application-autoscaling", "cloudwatch", "dynamodb", "ec2", "ecr", "ecs", "firehose", "kms", "lambda", "logs",
    "scheduler", "secretsmanager", "sns", "sqs", "ssm",
  ] : service => "arn:aws:${service}:${var.region}:${var.account_id}" }

  # Whom a seed phrase is read by: the liquidator's role decrypts it, the key says so. Both are a person's to make and to change.
  seed_phrase_reader_arns = ["arn:aws:iam::${var.account_id}:role/weft-*-liquidator"]
  reader_changes          = ["iam:CreateRole", "iam:DeleteRole", "iam:UpdateAssumeRolePolicy"]
  key_changes             = ["kms:PutKeyPolicy", "kms:CreateGrant", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:UpdateAlias", "kms:DeleteAlias"]

  state_bucket_arn   = "arn:aws:s3:::weft-global-terraform-state-${var.account_id}"
  lock_table_arn     = "${local.regional.dynamodb}:table/weft-global-terraform-locks"
  metrics_token_arn  = "${local.regional.ssm}:parameter/weft/global/grafana/metrics-token"
  logs_token_arn     = "${local.regional.ssm}:parameter/weft/global/grafana/logs-token"
  all_environments   = setunion(var.environments, ["global"])
  mode_parameter_arn = { for e in var.environments : e => "${local.regional.ssm}:parameter/weft/${e}/mode" }
}
