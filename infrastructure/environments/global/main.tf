# What the account has once, whatever runs in it: alarms, budget and Grafana streams, pipeline roles, artefacts.
locals { environment = "global" }

module "observability" {
  source = "../../blueprints/observability"

  environment              = local.environment
  account_id               = var.account_id
  region                   = var.region
  permissions_boundary_arn = module.admin.permissions_boundary_arn
  alarm_emails             = var.alarm_emails
  budget_usd               = 400
  grafana                  = var.grafana
  grafana_tokens = var.grafana == null ? null : {
    metrics = ephemeral.aws_ssm_parameter.grafana_token["metrics"].value
    logs    = ephemeral.aws_ssm_parameter.grafana_token["logs"].value
  }
}

module "admin" {
  source = "../../blueprints/admin"

  account_id      = var.account_id
  region          = var.region
  alarm_topic_arn = "arn:aws:sns:${var.region}:${var.account_id}:weft-global-alarms"
  repository      = var.repository
  repository_ids  = var.repository_ids
  environments    = ["mainnet", "stokenet"]
  grafana_reader  = var.grafana_reader
  allow_destroy   = var.allow_destroy
}

# Read into memory at plan and apply; filled in by a person, created by the bootstrap.
ephemeral "aws_ssm_parameter" "grafana_token" {
  for_each = var.grafana == null ? [] : toset(["metrics", "logs"])

  arn = "arn:aws:ssm:${var.region}:${var.account_id}:parameter/weft/global/grafana/${each.key}-token"
}

output "pipeline_roles" {
  description = "Roles the workflows assume."
  value       = module.admin.pipeline_roles
}

output "artefact_bucket" {
  description = "Where the pipeline uploads the Lambda zips."
  value       = module.admin.artefact_bucket
}
