variable "account_id" {
  description = "AWS account; terraform refuses to run against any other."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be 12 digits."
  }
}

variable "region" {
  description = "AWS region of the state, the lock table and the secrets."
  type        = string
  default     = "eu-west-1"
}

variable "environments" {
  description = "Environments that get a seed phrase parameter."
  type        = set(string)
  default     = ["mainnet", "stokenet"]

  validation {
    condition     = alltrue([for name in var.environments : can(regex("^[a-z][a-z0-9]{2,11}$", name)) && name != "global"])
    error_message = "environments must be 3 to 12 of a-z and 0-9, starting with a letter, and not the reserved name global."
  }
}

variable "secret_keeper_arns" {
  description = "IAM principals of the people who fill in the seed phrases and run this bootstrap; role ARNs, `*` allowed in a role's name. Nobody else but the liquidator can decrypt."
  type        = set(string)

  validation {
    condition     = length(var.secret_keeper_arns) > 0 && alltrue([for arn in var.secret_keeper_arns : can(regex("^arn:aws:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/*-]{3,}$", arn))])
    error_message = "secret_keeper_arns needs at least one ARN of an IAM role or user."
  }
}

variable "allow_destroy" {
  description = "Lets `terraform destroy` delete the state bucket and the lock table; the last step of leaving AWS."
  type        = bool
  default     = false
}
