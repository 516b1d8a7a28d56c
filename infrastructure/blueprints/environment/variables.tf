variable "environment" {
  description = "Name of the environment; part of every resource name, so two environments share none."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{2,11}$", var.environment)) && var.environment != "global"
    error_message = "environment must be 3 to 12 of a-z and 0-9, starting with a letter, and not the reserved name global."
  }
}

variable "account_id" {
  description = "AWS account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be 12 digits."
  }
}

variable "region" {
  description = "AWS region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region code such as eu-west-1."
  }
}

variable "network_id" {
  description = "The Radix network: mainnet or stokenet."
  type        = string
}

variable "initial_mode" {
  description = "Mode the environment is created in: live, dry-run or paused."
  type        = string
}

variable "release" {
  description = "What runs; see blueprints/liquidation-service."
  type        = object({ dispatcher_key = string, liquidator_key = string, indexer_image_digest = string })
}

variable "liquidator" {
  description = "Concurrency, account and policy of the liquidator; see blueprints/liquidation-service."
  type = object({
    maximum_concurrency = optional(number, 10)
    account_index       = optional(number, 0)
    minimum_wallet_xrd  = optional(number, 500)
    # Typed where it is used.
    policy = any
  })
}

variable "dispatcher" {
  description = "Cadence and range size; see blueprints/liquidation-service."
  type = object({
    every_minutes          = optional(number, 5)
    range_size             = optional(number, 1000)
    max_ledger_age_seconds = optional(number, 120)
  })
  default = {}
}

variable "indexer" {
  description = "Size and scaling of the indexers; see blueprints/liquidation-service."
  type = object({
    cpu                           = optional(number, 1024)
    memory_mb                     = optional(number, 2048)
    max_tasks                     = optional(number, 10)
    acceptable_delay_seconds      = optional(number, 120)
    seconds_per_range             = optional(number, 8)
    confirm_above_liquidation_ltv = optional(string, "0.98")
  })
  default = {}
}

variable "network" {
  description = "Address range, zones, and whether tasks run behind NAT; see blueprints/networking."
  type = object({
    cidr    = optional(string, "10.40.0.0/16")
    zones   = optional(list(string), ["a", "b"])
    private = optional(bool, false)
  })
  default = {}
}

variable "gateway_url" {
  description = "Gateway API to use in place of the network's public one."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = set(string)
}

variable "budget_usd" {
  description = "What a month may cost, in US dollars."
  type        = number
}

variable "ship_logs" {
  description = "Ships logs to Grafana Cloud through the log stream of environments/global, which must exist in the same region."
  type        = bool
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
