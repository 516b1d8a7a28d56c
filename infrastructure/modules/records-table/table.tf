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
    name = "kindShard"
    type = "S"
  }

  attribute {
    name = "since"
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

  # Keys alone, and eight of them per kind: a partition takes 1 000 writes a second, and a full index refuses writes of the table.
  global_secondary_index {
    name            = "by-kind"
    hash_key        = "kindShard"
    range_key       = "since"
    projection_type = "KEYS_ONLY"
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
