variable "account_id" {
  description = "AWS account."
  type        = string
}

variable "region" {
  description = "AWS region of the environments and of the state."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic of the account's alarms."
  type        = string
}

variable "repository" {
  description = "GitHub repository whose workflows deploy, as owner/name."
  type        = string
}

variable "repository_ids" {
  description = "Numeric ids of the repository's owner and of the repository, for one that GitHub's tokens name by them (created, renamed or moved since 15 July 2026); null for the older form."
  type        = object({ owner = string, repository = string })
  default     = null
}

variable "environments" {
  description = "Environments that the pipeline applies, each with a role and a GitHub environment of its own."
  type        = set(string)

  validation {
    condition     = alltrue([for name in var.environments : can(regex("^[a-z][a-z0-9]{2,11}$", name)) && name != "global"])
    error_message = "environments must be 3 to 12 of a-z and 0-9, starting with a letter; global is always there."
  }
}

variable "grafana_reader" {
  description = "Grafana Cloud's AWS account and the external id it shows for this stack, to read CloudWatch from there; null for none."
  type        = object({ account_id = string, external_id = string })
  default     = null

  validation {
    condition     = var.grafana_reader == null || (can(regex("^[0-9]{12}$", var.grafana_reader.account_id)) && try(length(var.grafana_reader.external_id) >= 2, false))
    error_message = "grafana_reader needs a 12-digit account_id and an external_id; without the latter any Grafana customer could read."
  }
}

variable "allow_destroy" {
  description = "Lets `terraform destroy` delete the artefacts; set by teardown.sh only."
  type        = bool
  default     = false
}
