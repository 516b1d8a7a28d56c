locals { environment = "stokenet" }

module "weft" {
  source = "../../blueprints/environment"

  environment   = local.environment
  account_id    = var.account_id
  region        = var.region
  release       = var.release
  alarm_emails  = var.alarm_emails
  allow_destroy = var.allow_destroy

  network_id   = "stokenet"
  initial_mode = "dry-run"

  indexer = { cpu = 512, memory_mb = 1024, max_tasks = 2 }
  liquidator = {
    maximum_concurrency = 2
    policy              = { min_profit_xrd = "0", max_slippage = "0.05", fee_reserve_xrd = "50" }
  }

  network            = { cidr = "10.41.0.0/16" }
  budget_usd         = 100
  ship_logs          = true
  log_retention_days = 14
}
