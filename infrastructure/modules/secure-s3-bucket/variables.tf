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
  description = "Bucket name without prefix and account: `snapshots` becomes `weft-<environment>-snapshots-<account id>`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]{3,30}$", var.name))
    error_message = "name must be 3 to 30 of a-z, 0-9 and -, so that prefix and account id still fit the 63 characters of a bucket name."
  }
}

variable "expire_after_days" {
  description = "Days after which objects are deleted, by key prefix (`\"\"` for all). Prefixes not listed are kept."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for days in values(var.expire_after_days) : days >= 1])
    error_message = "expire_after_days must be at least 1 for every prefix."
  }
}

variable "noncurrent_days" {
  description = "Days an overwritten or deleted object can still be restored."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "noncurrent_days must be at least 1; versions that never expire cost for ever."
  }
}

variable "allow_destroy" {
  description = "Lets `terraform destroy` delete the bucket with its objects; set by teardown.sh only."
  type        = bool
  default     = false
}
