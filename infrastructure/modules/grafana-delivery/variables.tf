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
  description = "Delivery stream name without the prefix `weft-<environment>-`."
  type        = string
}

variable "destination" {
  description = "Where Grafana Cloud takes the data in: the push URL and the numeric user of the stack."
  type        = object({ url = string, user = string })

  validation {
    condition     = startswith(var.destination.url, "https://") && can(regex("^[0-9]+$", var.destination.user))
    error_message = "destination needs an https url and the numeric user that Grafana Cloud shows for the stack."
  }
}

variable "token" {
  description = "Push token of Grafana Cloud. Ephemeral: it reaches AWS but no plan and no state."
  type        = string
  ephemeral   = true
}

variable "token_version" {
  description = "Raised by hand when the token was replaced, since Terraform cannot see that an ephemeral value changed."
  type        = number
}
