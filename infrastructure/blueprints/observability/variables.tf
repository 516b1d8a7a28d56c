variable "environment" {
  description = "Environment that is observed; `global` for what belongs to the account."
  type        = string
}

variable "account_id" {
  description = "AWS account."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary that every role carries."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told. Each address gets a message to confirm first."
  type        = set(string)

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", address))])
    error_message = "alarm_emails must hold e-mail addresses."
  }
}

variable "budget_usd" {
  description = "What a month of this environment may cost, in US dollars."
  type        = number
}

variable "service" {
  description = "The liquidation service to show: the output `names` of blueprints/liquidation-service. Null for none."
  type = object({
    dispatcher_function = string
    liquidator_function = string
    indexer_service     = string
    queues              = map(string)
    dead_letter_queues  = map(string)
    records_table       = string
  })
  default = null
}

variable "log_group_names" {
  description = "Log groups shipped to Grafana Cloud, by service; empty for none. Their destination is the log stream of `global` in the same region."
  type        = map(string)
  default     = {}
}

variable "grafana" {
  description = "Streams to Grafana Cloud. One per account and region, so only `global` sets it."
  type = object({
    metrics       = object({ url = string, user = string })
    logs          = object({ url = string, user = string })
    token_version = number
  })
  default = null
}

variable "grafana_tokens" {
  description = "Push tokens of Grafana Cloud; ephemeral, so they are in no plan and no state."
  type        = object({ metrics = string, logs = string })
  default     = null
  ephemeral   = true
}
