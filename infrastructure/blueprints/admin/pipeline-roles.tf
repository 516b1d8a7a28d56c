# GitHub Actions: one role that plans and reads, and one per environment that applies. The pipeline cannot raise its own
# rights: no role below may touch the pipeline's roles and policies or the boundary. A person applies those changes.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
  tags           = local.tags
}

module "plan_role" {
  source = "../../modules/github-oidc-role"

  account_id     = var.account_id
  name           = "plan"
  repository     = var.repository
  repository_ids = var.repository_ids
  subjects       = ["pull_request", "ref:refs/heads/main"]
  policies       = merge(local.reads, { state = local.plan_state })

  depends_on = [aws_iam_openid_connect_provider.github]
}

module "apply_role" {
  source   = "../../modules/github-oidc-role"
  for_each = local.all_environments

  account_id     = var.account_id
  name           = "apply-${each.key}"
  repository     = var.repository
  repository_ids = var.repository_ids
  subjects       = ["environment:${each.key}"]
  policies       = merge(local.reads, local.writes[each.key], { state = local.apply_state[each.key], guard = local.guard })

  depends_on = [aws_iam_openid_connect_provider.github]
}

locals {
  # What no grant above may outweigh: a role made anew, or trusted anew, would decrypt in the liquidator's name.
  guard = [
    {
      sid       = "NeverSaysWhoReadsASeedPhrase"
      effect    = "Deny"
      actions   = local.reader_changes
      resources = local.seed_phrase_reader_arns
    },
    {
      sid       = "NeverChangesAKeysPolicy"
      effect    = "Deny"
      actions   = local.key_changes
      resources = ["*"]
    },
  ]

  # A plan takes the lock and leaves the state alone.
  plan_state = [
    {
      # Whoever plans may leave a plan, but change none that is there; the deployment applies it only if a fresh one agrees.
      sid        = "SavesPlansOnce"
      actions    = ["s3:PutObject"]
      resources  = ["${module.artefacts.arn}/plans/*"]
      conditions = { Null = { "s3:if-none-match" = ["false"] } }
    },
    {
      sid       = "FindsTheState"
      actions   = ["s3:ListBucket"]
      resources = [local.state_bucket_arn]
    },
    {
      sid       = "ReadsEveryState"
      actions   = ["s3:GetObject"]
      resources = ["${local.state_bucket_arn}/*"]
    },
    {
      sid       = "LocksByFile"
      actions   = ["s3:PutObject", "s3:DeleteObject"]
      resources = ["${local.state_bucket_arn}/*.tflock"]
    },
    {
      sid       = "LocksByTable"
      actions   = ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"]
      resources = [local.lock_table_arn]
    },
  ]

  apply_state = { for environment in local.all_environments : environment => [
    {
      sid       = "FetchesThePlanToApply"
      actions   = ["s3:GetObject"]
      resources = ["${module.artefacts.arn}/plans/${environment}/*"]
    },
    {
      sid       = "FindsTheState"
      actions   = ["s3:ListBucket"]
      resources = [local.state_bucket_arn]
    },
    {
      sid       = "KeepsItsOwnState"
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["${local.state_bucket_arn}/${environment}/terraform.tfstate"]
    },
    {
      sid       = "LocksByFile"
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      resources = ["${local.state_bucket_arn}/${environment}/terraform.tfstate.tflock"]
    },
    {
      sid       = "LocksByTable"
      actions   = ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"]
      resources = [local.lock_table_arn]
    },
  ] }
}
