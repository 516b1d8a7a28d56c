# The same in every environment (a test compares them byte by byte); what differs stands in main.tf.
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
  description = "AWS region of everything in this environment."
  type        = string
  default     = "eu-west-1"
}

variable "release" {
  description = "What runs, from the pipeline (TF_VAR_release, JSON): keys of the Lambda zips, digest of the indexer's image."
  type        = object({ dispatcher_key = string, liquidator_key = string, indexer_image_digest = string })
}

variable "alarm_emails" {
  description = "Who is told of alarms, from the pipeline (TF_VAR_alarm_emails, JSON)."
  type        = set(string)
}

variable "allow_destroy" {
  description = "Lets `terraform destroy` delete stores with their contents; set by teardown.sh only."
  type        = bool
  default     = false
}

output "summary" {
  description = "What an operator needs to find."
  value       = module.weft.summary
}
