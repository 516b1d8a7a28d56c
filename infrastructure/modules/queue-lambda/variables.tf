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

variable "queue" {
  description = "The queue it consumes: the outputs of modules/work-queue."
  type        = object({ arn = string, visibility_timeout_seconds = number })

  validation {
    condition     = var.queue.visibility_timeout_seconds >= 6 * var.function.timeout_seconds
    error_message = "queue.visibility_timeout_seconds must be at least 6 x the function's timeout, as AWS advises."
  }
}

variable "batch_size" {
  description = "Messages per invocation."
  type        = number
  default     = 1

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10
    error_message = "batch_size must lie between 1 and 10."
  }
}

variable "maximum_concurrency" {
  description = "Most invocations that the queue may cause at once."
  type        = number

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000
    error_message = "maximum_concurrency must lie between 2 and 1000, the bounds of SQS event sources."
  }
}
