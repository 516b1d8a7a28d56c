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
  description = "Queue name without the prefix `weft-<environment>-`."
  type        = string
}

variable "consumer_timeout_seconds" {
  description = "Longest time one consumer works on one message."
  type        = number
}

variable "visibility_timeout_seconds" {
  description = "Seconds a received message stays hidden; at least six consumer timeouts, as AWS advises for Lambda."
  type        = number

  validation {
    condition     = var.visibility_timeout_seconds >= 6 * var.consumer_timeout_seconds
    error_message = "visibility_timeout_seconds must be at least 6 x consumer_timeout_seconds."
  }

  validation {
    condition     = var.visibility_timeout_seconds <= 43200
    error_message = "visibility_timeout_seconds cannot exceed the 12 hours that SQS allows."
  }
}

variable "retention_seconds" {
  description = "Seconds an unread message is kept. A dead-letter queue keeps the original enqueue time, so this must stay below its 14 days or failed messages vanish on arrival."
  type        = number
  default     = 345600

  validation {
    condition     = var.retention_seconds >= 3600 && var.retention_seconds <= 604800
    error_message = "retention_seconds must lie between 1 hour and 7 days, leaving the dead-letter queue at least 7 more."
  }

  validation {
    condition     = var.retention_seconds > var.max_receive_count * var.visibility_timeout_seconds
    error_message = "retention_seconds must exceed max_receive_count x visibility_timeout_seconds: a message that ends its consumer each time would expire before it reaches the dead-letter queue."
  }
}

variable "max_receive_count" {
  description = "Deliveries of one message before it goes to the dead-letter queue."
  type        = number
  default     = 5

  validation {
    condition     = var.max_receive_count >= 3 && var.max_receive_count <= 20
    error_message = "max_receive_count must lie between 3 (a Spot reclaim or two is no poison) and 20."
  }
}

variable "oldest_message_alarm_seconds" {
  description = "Age of the oldest waiting message above which the consumers are too late."
  type        = number

  validation {
    condition     = var.oldest_message_alarm_seconds >= 60 && var.oldest_message_alarm_seconds < var.retention_seconds
    error_message = "oldest_message_alarm_seconds must be at least 60 and below retention_seconds, or the alarm cannot precede the loss."
  }
}
