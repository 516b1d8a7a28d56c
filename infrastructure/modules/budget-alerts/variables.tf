variable "environment" {
  description = "Whose spend is watched: the value of the Environment tag, or `global` for the whole project."
  type        = string
}

variable "monthly_limit_usd" {
  description = "What a month may cost, in US dollars."
  type        = number

  validation {
    condition     = var.monthly_limit_usd > 0
    error_message = "monthly_limit_usd must be positive."
  }
}

variable "actual_thresholds_percent" {
  description = "Shares of the limit at which spend so far alerts."
  type        = set(number)
  default     = [50, 80, 100]

  validation {
    condition     = length(var.actual_thresholds_percent) > 0 && alltrue([for share in var.actual_thresholds_percent : share > 0 && share <= 200])
    error_message = "actual_thresholds_percent needs at least one share between 0 and 200."
  }
}

variable "anomaly_usd" {
  description = "Unexpected cost, in US dollars, from which an anomaly alerts."
  type        = number
  default     = 20

  validation {
    condition     = var.anomaly_usd > 0
    error_message = "anomaly_usd must be positive, or every cent alerts."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic that budgets.amazonaws.com and costalerts.amazonaws.com may publish to."
  type        = string
}
