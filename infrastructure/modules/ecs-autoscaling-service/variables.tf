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
  description = "Service name without the prefix `weft-<environment>-`."
  type        = string
}

variable "image" {
  description = "Image by digest; a tag could change under a running service."
  type        = object({ repository_name = string, digest = string })

  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image.digest))
    error_message = "image.digest must be sha256:<64 hex digits>."
  }
}

variable "task" {
  description = "Size of one task, as Fargate sells it."
  type        = object({ cpu = number, memory_mb = number })

  validation {
    condition = contains([
      "256/512", "256/1024", "256/2048", "512/1024", "512/2048", "512/3072", "512/4096",
      "1024/2048", "1024/3072", "1024/4096", "1024/8192", "2048/4096", "2048/8192", "2048/16384", "4096/8192", "4096/16384",
    ], "${var.task.cpu}/${var.task.memory_mb}")
    error_message = "task must be a pair of cpu and memory_mb that Fargate offers, such as 1024 and 2048."
  }
}

variable "network" {
  description = "Where tasks run. Without a NAT gateway they need a public address to reach the Gateway; nothing can reach them."
  type        = object({ vpc_id = string, subnet_ids = list(string), assign_public_ip = bool })

  validation {
    condition     = length(var.network.subnet_ids) >= 2
    error_message = "network.subnet_ids must name at least two subnets, so that one zone can fail."
  }
}

variable "queue_name" {
  description = "Full name of the queue whose backlog drives the number of tasks."
  type        = string
}

variable "scaling" {
  description = "How far and when to scale: a backlog per task of acceptable delay over time per message is kept."
  type = object({
    min_tasks                = optional(number, 1)
    max_tasks                = number
    acceptable_delay_seconds = number
    seconds_per_message      = number
  })

  validation {
    condition     = var.scaling.min_tasks >= 1 && var.scaling.max_tasks >= var.scaling.min_tasks
    error_message = "scaling.min_tasks must be at least 1 (backlog per task divides by the tasks that run) and max_tasks no less."
  }

  validation {
    condition     = var.scaling.seconds_per_message > 0 && var.scaling.acceptable_delay_seconds >= var.scaling.seconds_per_message
    error_message = "scaling.acceptable_delay_seconds must be at least seconds_per_message: no number of tasks does one message faster than that."
  }
}

variable "environment_variables" {
  description = "Environment of the container. Never a secret."
  type        = map(string)
  default     = {}
}

variable "statements" {
  description = "What the container may do."
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
