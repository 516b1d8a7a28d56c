terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # init -backend-config=state.s3.tfbackend -backend-config=bucket=weft-global-terraform-state-<account id>
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
  # Credentials of the wrong account end here, not in the wrong resources.
  allowed_account_ids = [var.account_id]

  default_tags { tags = { Project = "weft", Environment = local.environment, ManagedBy = "terraform" } }
}

variable "account_id" {
  description = "AWS account, from the pipeline (TF_VAR_account_id)."
  type        = string
}

variable "region" {
  description = "AWS region: the one of the environments."
  type        = string
  default     = "eu-west-1"
}

variable "repository" {
  description = "GitHub repository that deploys, as owner/name, from the pipeline (TF_VAR_repository)."
  type        = string
}

variable "repository_ids" {
  description = "Numeric ids of owner and repository, from the pipeline (TF_VAR_repository_ids, JSON), where GitHub's tokens carry them; null where they do not."
  type        = object({ owner = string, repository = string })
  default     = null
}

variable "alarm_emails" {
  description = "Who is told of alarms, from the pipeline (TF_VAR_alarm_emails, JSON)."
  type        = set(string)
}

variable "grafana" {
  description = "Streams to Grafana Cloud, from the pipeline (TF_VAR_grafana, JSON); null for none, and then the environments' ship_logs is false. Raise token_version when a token was replaced."
  type = object({
    metrics       = object({ url = string, user = string })
    logs          = object({ url = string, user = string })
    token_version = number
  })
  default = null
}

variable "grafana_reader" {
  description = "Who reads CloudWatch for Grafana Cloud, from the pipeline (TF_VAR_grafana_reader, JSON); null for nobody."
  type        = object({ account_id = string, external_id = string })
  default     = null
}

variable "allow_destroy" {
  description = "Lets `terraform destroy` delete the artefacts; set by teardown.sh only."
  type        = bool
  default     = false
}
