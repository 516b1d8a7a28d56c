locals {
  name = "weft-${var.context.environment}-${var.name}"
  arn  = "arn:aws:iam::${var.context.account_id}:role/${local.name}"
  tags = { Service = var.name }

  trust = merge(
    {
      Sid       = "ServiceAssumesRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = var.trusted_service }
    },
    { for key, value in { Condition = var.trust_conditions } : key => value if length(var.trust_conditions) > 0 },
  )
}

resource "aws_iam_role" "this" {
  name                 = local.name
  description          = "Assumed by ${var.trusted_service} for ${local.name}."
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [local.trust] })
  permissions_boundary = var.context.permissions_boundary_arn
  tags                 = local.tags
}

resource "aws_iam_role_policy" "this" {
  count = length(var.statements) > 0 ? 1 : 0

  name = "${local.name}-grants"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for s in var.statements : merge(
      {
        Sid      = s.sid
        Effect   = "Allow"
        Action   = s.actions
        Resource = s.resources
      },
      { for key, value in { Condition = s.conditions } : key => value if length(s.conditions) > 0 },
    )]
  })
}
