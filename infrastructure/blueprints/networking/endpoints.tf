locals {
  route_table_ids = concat([aws_route_table.public.id], aws_route_table.private[*].id)
  own_account     = { StringEquals = { "aws:ResourceAccount" = var.account_id } }
}

# Free, and the traffic that dominates (position shards, records) stays off the internet and off NAT.
# The policies keep a compromised task from carrying data to a bucket or table of someone else's.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_table_ids
  tags              = merge(local.tags, { Name = "${local.name}-s3" })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OwnBucketsOnly"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
        Resource  = ["arn:aws:s3:::weft-${var.environment}-*"]
        Condition = local.own_account
      },
      {
        Sid       = "ImageLayersThatTheRegistryKeepsInS3"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource  = ["arn:aws:s3:::prod-${var.region}-starport-layer-bucket/*"]
      },
    ]
  })
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_table_ids
  tags              = merge(local.tags, { Name = "${local.name}-dynamodb" })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OwnTablesOnly"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"]
      Resource  = ["arn:aws:dynamodb:${var.region}:${var.account_id}:table/weft-${var.environment}-*"]
      Condition = local.own_account
    }]
  })
}
