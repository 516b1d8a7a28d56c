variable "environment" {
  description = "Environment the network belongs to."
  type        = string
}

variable "account_id" {
  description = "AWS account."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "cidr" {
  description = "Address range of the VPC; a /16 to /20."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 0)) && tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20
    error_message = "cidr must be an IPv4 range from /16 to /20."
  }
}

variable "zones" {
  description = "Availability zones by their letter: the names are not looked up, so that a plan needs no AWS."
  type        = list(string)
  default     = ["a", "b"]

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 4 && alltrue([for z in var.zones : can(regex("^[a-f]$", z))])
    error_message = "zones must be two to four letters such as [\"a\", \"b\"]."
  }
}

variable "private" {
  description = "Runs tasks in private subnets behind one NAT gateway (about 35 USD a month and region) instead of public ones without ingress."
  type        = bool
  default     = false
}
