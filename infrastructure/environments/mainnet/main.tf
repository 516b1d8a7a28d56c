locals { environment = "mainnet" }

module "weft" {
  source = "../../blueprints/environment"

  environment   = local.environment
  account_id    = var.account_id
  region        = var.region
  release       = var.release
  alarm_emails  = var.alarm_emails
  allow_destroy = var.allow_destroy

  network_id = "mainnet"
  # An operator goes live, once the seed phrase is in place and stokenet has run.
  initial_mode = "paused"

  indexer = { max_tasks = 10, acceptable_delay_seconds = 120 }
  liquidator = {
    # A shock makes hundreds of candidates at once, and each holds its place for the five seconds of its commit: with 128 places the last
    # third waited for two rounds (`npm run bench -- shock`). More than a new account has: see the last section of docs/deploy.md.
    maximum_concurrency = 400
    minimum_wallet_xrd  = 2000
    policy = {
      min_profit_xrd  = "10"
      max_slippage    = "0.02"
      fee_reserve_xrd = "200"

      # Bad debt is prevented first: this may be lost on purpose. All liquidations stop above what 400 workers at once, each before it sees
      # the others' losses, can add to it: 2 500 + 400 × 25. A loss per CDP of 0 turns it off.
      protocol_mode          = { max_loss_per_cdp_xrd = "25", max_loss_per_day_xrd = "2500" }
      max_losses_per_day_xrd = "15000"
    }
  }

  network            = { cidr = "10.40.0.0/16" }
  budget_usd         = 250
  ship_logs          = true
  log_retention_days = 90
}
