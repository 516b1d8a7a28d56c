locals {
  name = "weft-${var.context.environment}-${var.name}"
  arn  = "arn:aws:dynamodb:${var.context.region}:${var.context.account_id}:table/${local.name}"
  tags = { Service = var.name }
}

resource "aws_dynamodb_table" "this" {
  name                        = local.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = !var.allow_destroy
  tags                        = local.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  attribute {
    name = "kind"
    type = "S"
  }

  attribute {
    name = "spending"
    type = "S"
  }

  attribute {
    name = "updatedAt"
    type = "S"
  }

  global_secondary_index {
    name            = "by-kind"
    hash_key        = "kind"
    range_key       = "updatedAt"
    projection_type = "ALL"
  }

  # What transactions cost: read often, and in a storm by many, so it holds amounts alone.
  global_secondary_index {
    name               = "by-spending"
    hash_key           = "spending"
    range_key          = "updatedAt"
    projection_type    = "INCLUDE"
    non_key_attributes = ["attempt", "feeXrd", "realisedProfitXrd"]
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery { enabled = true }

  server_side_encryption { enabled = true }
}
