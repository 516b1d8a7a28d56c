# One whole environment: network, service, observability. Environments differ in values only, and this is where the
# values meet.
locals {
  boundary_arn = "arn:aws:iam::${var.account_id}:policy/weft-global-boundary"
}

module "networking" {
  source = "../networking"

  environment = var.environment
  account_id  = var.account_id
  region      = var.region
  cidr        = var.network.cidr
  zones       = var.network.zones
  private     = var.network.private
}

module "liquidation_service" {
  source = "../liquidation-service"

  context = {
    environment              = var.environment
    account_id               = var.account_id
    region                   = var.region
    alarm_topic_arn          = module.observability.alarm_topic_arn
    permissions_boundary_arn = local.boundary_arn
  }

  network_id         = var.network_id
  gateway_url        = var.gateway_url
  initial_mode       = var.initial_mode
  release            = var.release
  placement          = module.networking.placement
  dispatcher         = var.dispatcher
  indexer            = var.indexer
  liquidator         = var.liquidator
  log_retention_days = var.log_retention_days
  allow_destroy      = var.allow_destroy
}

module "observability" {
  source = "../observability"

  environment              = var.environment
  account_id               = var.account_id
  region                   = var.region
  permissions_boundary_arn = local.boundary_arn
  alarm_emails             = var.alarm_emails
  budget_usd               = var.budget_usd
  service                  = module.liquidation_service.names
  log_group_names          = { for service, name in module.liquidation_service.log_group_names : service => name if var.ship_logs }
}
