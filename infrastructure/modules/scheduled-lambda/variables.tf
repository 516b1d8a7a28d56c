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

variable "name" {
  description = "Function name without the prefix `weft-<environment>-`."
  type        = string
}

variable "function" {
  description = "The function behind it; fields as in modules/lambda-function."
  type = object({
    artefact              = object({ bucket = string, key = string })
    memory_mb             = optional(number, 1024)
    timeout_seconds       = optional(number, 120)
    log_retention_days    = optional(number, 30)
    environment_variables = optional(map(string), {})
    statements = optional(list(object({
      sid        = string
      actions    = list(string)
      resources  = list(string)
      conditions = optional(map(map(list(string))), {})
    })), [])
  })
}

variable "every_minutes" {
  description = "Minutes between two invocations."
  type        = number

  validation {
    condition     = var.every_minutes >= 1 && var.every_minutes <= 60 && floor(var.every_minutes) == var.every_minutes
    error_message = "every_minutes must be a whole number from 1 to 60."
  }

  validation {
    condition     = var.function.timeout_seconds <= 60 * var.every_minutes
    error_message = "every_minutes must leave the function time to end: its timeout may not exceed the interval."
  }
}
