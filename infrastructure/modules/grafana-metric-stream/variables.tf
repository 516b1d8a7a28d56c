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

variable "destination" {
  description = "Where Grafana Cloud takes the data in: the push URL and the numeric user of the stack."
  type        = object({ url = string, user = string })
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

variable "namespaces" {
  description = "CloudWatch namespaces that are shipped. A stream carries every environment of its account and region; tell them apart by dimension."
  type        = set(string)
  default     = ["Weft", "AWS/SQS", "AWS/Lambda", "AWS/ECS", "ECS/ContainerInsights", "AWS/DynamoDB", "AWS/Scheduler", "AWS/Firehose"]

  validation {
    condition     = contains(var.namespaces, "Weft")
    error_message = "namespaces must include Weft, the services' own metrics."
  }
}
