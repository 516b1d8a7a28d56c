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
  description = "Role name without the prefix `weft-<environment>-`."
  type        = string
}

variable "trusted_service" {
  description = "The AWS service that may assume the role, such as `lambda.amazonaws.com`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9.-]+\\.amazonaws\\.com$", var.trusted_service))
    error_message = "trusted_service must be an AWS service principal such as lambda.amazonaws.com."
  }
}

variable "trust_conditions" {
  description = "Condition block of the trust policy (operator → key → values); guards against the confused deputy where the service supports it."
  type        = map(map(list(string)))
  default     = {}
}

variable "statements" {
  description = "What the role may do. Each sid says why, actions are listed, resources are exact ARNs."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))

  validation {
    condition     = alltrue([for s in var.statements : alltrue([for action in s.actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))])])
    error_message = "Every action in statements must be written out as service:Action; wildcards are not accepted."
  }

  validation {
    condition     = alltrue([for s in var.statements : can(regex("^[A-Z][A-Za-z0-9]{7,}$", s.sid))])
    error_message = "Every statement needs a sid in PascalCase that says why it is granted."
  }

  validation {
    condition     = length(distinct(var.statements[*].sid)) == length(var.statements)
    error_message = "Statement sids must be unique within a role."
  }
}
