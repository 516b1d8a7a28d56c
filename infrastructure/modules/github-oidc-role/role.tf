locals {
  name         = "weft-global-${var.name}"
  arn          = "arn:aws:iam::${var.account_id}:role/${local.name}"
  provider_arn = "arn:aws:iam::${var.account_id}:oidc-provider/token.actions.githubusercontent.com"
  tags         = { Service = "ci" }

  # As GitHub writes it into the token's subject, to the letter: `owner/name`, or `owner@id/name@id`.
  repository_in_subject = var.repository_ids == null ? var.repository : join("/", [
    "${split("/", var.repository)[0]}@${var.repository_ids.owner}",
    "${split("/", var.repository)[1]}@${var.repository_ids.repository}",
  ])

  documents = { for name, statements in var.policies : name => jsonencode({
    Version = "2012-10-17"
    Statement = [for s in statements : merge(
      { Sid = s.sid, Effect = s.effect, Action = s.actions, Resource = s.resources },
      { for key, value in { Condition = s.conditions } : key => value if length(s.conditions) > 0 },
    )]
  }) }
}

resource "aws_iam_role" "this" {
  name                 = local.name
  description          = "Assumed by GitHub Actions of ${var.repository} (${join(", ", var.subjects)})."
  max_session_duration = 3600
  tags                 = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ListedRunsOfTheRepository"
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.provider_arn }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = [for s in var.subjects : "repo:${local.repository_in_subject}:${s}"]
        }
      }
    }]
  })
}

resource "aws_iam_policy" "this" {
  for_each = local.documents

  name        = "${local.name}-${each.key}"
  description = "Part ${each.key} of what ${local.name} may do."
  policy      = each.value
  tags        = local.tags

  lifecycle {
    precondition {
      condition     = length(each.value) <= 6144
      error_message = "Policy ${each.key} of ${local.name} has ${length(each.value)} characters, AWS takes 6144: split it."
    }
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.documents

  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::${var.account_id}:policy/${local.name}-${each.key}"

  depends_on = [aws_iam_policy.this]
}
