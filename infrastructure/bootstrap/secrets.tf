# Every secret there is. They live here, outside the states that the pipeline refreshes, because the provider decrypts
# a SecureString to refresh it: in an environment's state, each pull request's plan would have to be able to read the
# seed phrase. It also makes them outlive the teardown of an environment.
locals {
  seed_phrases = { for environment in var.environments : environment => "/weft/${environment}/seed-phrase" }

  grafana_tokens = { for use in ["metrics", "logs"] : use => "/weft/global/grafana/${use}-token" }

  # Stands in until a person fills the real value in. The services refuse it: it is no seed phrase.
  placeholder = "not-set"
}

resource "aws_ssm_parameter" "seed_phrase" {
  for_each = local.seed_phrases

  name             = each.value
  description      = "Seed phrase of the liquidator's account in ${each.key}. Filled in by a person."
  type             = "SecureString"
  key_id           = aws_kms_alias.seed_phrase[each.key].name
  value_wo         = local.placeholder
  value_wo_version = 1
  tags             = { Service = "liquidation", Environment = each.key }

  # Any other update of a write-only parameter would put an empty value in place of the one filled in.
  lifecycle { ignore_changes = [value_wo_version, description, key_id, tier, allowed_pattern, data_type] }
}

resource "aws_ssm_parameter" "grafana_token" {
  for_each = local.grafana_tokens

  name             = each.value
  description      = "Grafana Cloud token that may push ${each.key}, and nothing else. Filled in by a person."
  type             = "SecureString"
  value_wo         = local.placeholder
  value_wo_version = 1
  tags             = { Service = "observability" }

  lifecycle { ignore_changes = [value_wo_version, description, key_id, tier, allowed_pattern, data_type] }
}

resource "aws_kms_key" "seed_phrase" {
  for_each = local.seed_phrases

  description             = "Encrypts ${each.value}; only the liquidator of ${each.key} and the secret keepers can decrypt."
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = { Service = "liquidation", Environment = each.key }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # No Decrypt: an administrator of the account manages the key and still cannot read the phrase unnoticed.
        Sid       = "AccountManagesTheKey"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action = [
          "kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias", "kms:DescribeKey", "kms:EnableKey", "kms:DisableKey",
          "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:ListResourceTags", "kms:TagResource", "kms:UntagResource",
          "kms:EnableKeyRotation", "kms:DisableKeyRotation", "kms:GetKeyRotationStatus", "kms:UpdateKeyDescription",
          "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion",
        ]
        Resource = "*"
      },
      {
        Sid       = "KeepersFillTheParameterIn"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = ["kms:Encrypt", "kms:Decrypt"]
        Resource  = "*"
        Condition = {
          ArnLike      = { "aws:PrincipalArn" = sort(tolist(var.secret_keeper_arns)) }
          StringEquals = { "kms:ViaService" = "ssm.${var.region}.amazonaws.com" }
        }
      },
      {
        Sid       = "LiquidatorReadsTheParameter"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = ["kms:Decrypt"]
        Resource  = "*"
        Condition = {
          ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::${var.account_id}:role/weft-${each.key}-liquidator" }
          StringEquals = {
            "kms:ViaService"                      = "ssm.${var.region}.amazonaws.com"
            "kms:EncryptionContext:PARAMETER_ARN" = "arn:aws:ssm:${var.region}:${var.account_id}:parameter${each.value}"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "seed_phrase" {
  for_each = local.seed_phrases

  name          = "alias/weft-${each.key}-seed-phrase"
  target_key_id = aws_kms_key.seed_phrase[each.key].key_id
}
