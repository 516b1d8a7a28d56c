variable "account_id" {
  description = "AWS account."
  type        = string
}

variable "name" {
  description = "Role name without the prefix `weft-global-`."
  type        = string
}

variable "repository" {
  description = "The GitHub repository whose workflows may assume the role, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.repository))
    error_message = "repository must be owner/name, without wildcards."
  }
}

variable "repository_ids" {
  description = "Numeric ids of the repository's owner and of the repository, for one that GitHub's tokens name by them (created, renamed or moved since 15 July 2026); null for the older form."
  type        = object({ owner = string, repository = string })
  default     = null

  validation {
    condition     = var.repository_ids == null || alltrue([for id in values(coalesce(var.repository_ids, {})) : can(regex("^[0-9]{1,20}$", id))])
    error_message = "repository_ids must be the two numbers that GitHub gives owner and repository, digits only."
  }
}

variable "subjects" {
  description = "Which of its runs: `pull_request`, `ref:refs/heads/<branch>` or `environment:<name>`."
  type        = set(string)

  validation {
    condition     = length(var.subjects) > 0 && alltrue([for s in var.subjects : can(regex("^(pull_request|ref:refs/heads/[A-Za-z0-9_./-]+|environment:[a-z0-9-]+)$", s))])
    error_message = "subjects must be pull_request, ref:refs/heads/<branch> or environment:<name>, without wildcards."
  }
}

variable "policies" {
  description = "What the role may do, as managed policies by name: one policy holds 6144 characters, so grants are split by concern."
  type = map(list(object({
    sid        = string
    effect     = optional(string, "Allow")
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  })))

  validation {
    condition     = alltrue(flatten([for statements in var.policies : [for s in statements : [for action in s.actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))]]]))
    error_message = "Every action in policies must be written out as service:Action; wildcards are not accepted."
  }

  validation {
    condition     = length(var.policies) <= 10
    error_message = "policies may be at most 10, the quota of managed policies per role."
  }
}
