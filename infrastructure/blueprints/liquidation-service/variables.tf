variable "context" {
  description = "Where the module lives and whom it alerts; one object, the same for every module of an environment."
  type = object({
    environment              = string
    account_id               = string
    region                   = string
    alarm_topic_arn          = string
    permissions_boundary_arn = string
  })
}

variable "network_id" {
  description = "The Radix network the services talk to."
  type        = string

  validation {
    condition     = contains(["mainnet", "stokenet"], var.network_id)
    error_message = "network_id must be mainnet or stokenet."
  }
}

variable "gateway_url" {
  description = "Gateway API to use in place of the network's public one; several in the order of preference, separated by commas."
  type        = string
  default     = null

  validation {
    condition     = var.gateway_url == null || can(regex("^https://[^,]+(,https://[^,]+)*$", var.gateway_url))
    error_message = "gateway_url must be https."
  }
}

variable "initial_mode" {
  description = "Mode the environment is created in. From then on it belongs to the operators, who set the SSM parameter."
  type        = string

  validation {
    condition     = contains(["live", "dry-run", "paused"], var.initial_mode)
    error_message = "initial_mode must be live, dry-run or paused."
  }
}

variable "release" {
  description = "What runs: keys of the Lambda zips in the artefact bucket, digest of the indexer's image."
  type        = object({ dispatcher_key = string, liquidator_key = string, indexer_image_digest = string })
}

variable "placement" {
  description = "Where tasks run: the output of blueprints/networking."
  type        = object({ vpc_id = string, subnet_ids = list(string), assign_public_ip = bool })
}

variable "dispatcher" {
  description = "Cadence of the runs, CDP ids per range, and the ledger age beyond which a run is refused."
  type = object({
    every_minutes          = optional(number, 5)
    range_size             = optional(number, 1000)
    max_ledger_age_seconds = optional(number, 120)
  })
  default = {}

  validation {
    condition     = var.dispatcher.range_size >= 100 && var.dispatcher.range_size <= 10000
    error_message = "dispatcher.range_size must lie between 100 and 10000 ids."
  }
}

variable "indexer" {
  description = "Size of a task, how many at most, how late a range may be evaluated, and from which share of the liquidation threshold the ledger is asked."
  type = object({
    cpu                           = optional(number, 1024)
    memory_mb                     = optional(number, 2048)
    max_tasks                     = optional(number, 10)
    acceptable_delay_seconds      = optional(number, 120)
    seconds_per_range             = optional(number, 8)
    confirm_above_liquidation_ltv = optional(string, "0.98")
  })
  default = {}

  validation {
    condition     = can(regex("^0\\.[0-9]{1,18}$", var.indexer.confirm_above_liquidation_ltv))
    error_message = "indexer.confirm_above_liquidation_ltv must be plain decimal text below 1, such as 0.98."
  }
}

variable "liquidator" {
  description = "Liquidations at once, the account derived from the seed phrase, and the policy: what is left out has the default of services/liquidator/src/policy.ts. Amounts are plain decimal text."
  type = object({
    maximum_concurrency = optional(number, 10)
    account_index       = optional(number, 0)
    minimum_wallet_xrd  = optional(number, 500)
    policy = object({
      min_profit_xrd           = string
      max_slippage             = string
      fee_reserve_xrd          = string
      lock_fee_xrd             = optional(string)
      expected_network_fee_xrd = optional(string)

      own_funds_share             = optional(string)
      max_own_xrd_per_transaction = optional(string)
      max_own_xrd_per_hour        = optional(string)
      max_compensation_xrd        = optional(string)
      max_lock_fee_xrd            = optional(string)
      max_calls_per_transaction   = optional(number)
      lsu_exit                    = optional(string)
      protocol_mode               = optional(object({ max_loss_per_cdp_xrd = string, max_loss_per_day_xrd = string }))

      # Subjects are CDP ids or resources; without expires_at_ms an entry stays.
      denied  = optional(list(object({ subject = string, reason = string, expires_at_ms = optional(number) })), [])
      allowed = optional(list(object({ subject = string, reason = string, expires_at_ms = optional(number) })), [])

      max_fees_per_hour_xrd       = optional(string)
      max_losses_per_day_xrd      = optional(string)
      max_failed_attempts_per_cdp = optional(number)

      max_ledger_age_seconds = optional(number)
      halted_after_seconds   = optional(number)
      quiet_period_seconds   = optional(number)
      claim_seconds          = optional(number)
      rest_seconds           = optional(number)
    })
  })

  validation {
    condition = alltrue([
      for text in concat(
        [
          var.liquidator.policy.min_profit_xrd,
          var.liquidator.policy.max_slippage,
          var.liquidator.policy.fee_reserve_xrd,
          var.liquidator.policy.lock_fee_xrd,
          var.liquidator.policy.expected_network_fee_xrd,
          var.liquidator.policy.own_funds_share,
          var.liquidator.policy.max_own_xrd_per_transaction,
          var.liquidator.policy.max_own_xrd_per_hour,
          var.liquidator.policy.max_compensation_xrd,
          var.liquidator.policy.max_lock_fee_xrd,
          var.liquidator.policy.max_fees_per_hour_xrd,
          var.liquidator.policy.max_losses_per_day_xrd,
        ],
        var.liquidator.policy.protocol_mode == null ? [] : values(var.liquidator.policy.protocol_mode),
      ) : text == null || can(regex("^[0-9]+(\\.[0-9]{1,18})?$", text))
    ])
    error_message = "liquidator.policy must hold plain decimal text with at most 18 places, never exponent form."
  }
}

variable "log_retention_days" {
  description = "Days CloudWatch keeps the services' logs."
  type        = number
  default     = 30
}

variable "allow_destroy" {
  description = "Lets `terraform destroy` delete stores with their contents; set by teardown.sh only."
  type        = bool
  default     = false
}
