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

variable "artefact" {
  description = "The zip as uploaded by the build. Its key holds the content's hash, so new code is a new key and the same code is no change."
  type        = object({ bucket = string, key = string })

  validation {
    condition     = can(regex("^[a-z0-9]+/[a-z-]+/[0-9a-f]{64}\\.zip$", var.artefact.key))
    error_message = "artefact.key must be <environment>/<service>/<sha256 of the zip>.zip."
  }
}

variable "runtime" {
  description = "Lambda runtime. Provider 5.100 does not know nodejs24.x yet."
  type        = string
  default     = "nodejs22.x"
}

variable "memory_mb" {
  description = "Memory in MB; CPU grows with it."
  type        = number
  default     = 1024

  validation {
    condition     = var.memory_mb >= 256 && var.memory_mb <= 3008
    error_message = "memory_mb must lie between 256 and 3008, the ceiling of a new account."
  }
}

variable "timeout_seconds" {
  description = "Longest time of one invocation."
  type        = number
  default     = 120

  validation {
    condition     = var.timeout_seconds >= 10 && var.timeout_seconds <= 900
    error_message = "timeout_seconds must lie between 10 and 900."
  }
}

variable "reserved_concurrency" {
  description = "Most invocations at once, and room that other functions of the account cannot take."
  type        = number

  validation {
    condition     = var.reserved_concurrency >= 1
    error_message = "reserved_concurrency must be at least 1; 0 would switch the function off."
  }
}

variable "environment_variables" {
  description = "Environment of the function. Never a secret: those are read from SSM at start."
  type        = map(string)
  default     = {}
}

variable "statements" {
  description = "What the function may do besides writing its own log."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default = []
}

variable "log_retention_days" {
  description = "Days CloudWatch keeps the log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400], var.log_retention_days)
    error_message = "log_retention_days must be one of the values CloudWatch knows, at most 400."
  }
}
