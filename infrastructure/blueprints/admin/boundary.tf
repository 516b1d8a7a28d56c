# The most any role of ours may do, whatever its own policy says. `Environment` is the role's tag, so a role of one
# environment cannot be given the data of another; the pipeline may create roles only with this boundary and its tag.
locals {
  own = "$${aws:PrincipalTag/Environment}"
}

resource "aws_iam_policy" "boundary" {
  name        = local.boundary_name
  description = "Permissions boundary of every Weft role: data of its own environment only."
  tags        = local.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "BucketsOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
        Resource = ["arn:aws:s3:::weft-${local.own}-*"]
      },
      {
        Sid      = "QueuesOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
        Resource = ["${local.regional.sqs}:weft-${local.own}-*"]
      },
      {
        Sid      = "RecordsOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"]
        Resource = ["${local.regional.dynamodb}:table/weft-${local.own}-*"]
      },
      {
        Sid      = "ParametersOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter"]
        Resource = ["${local.regional.ssm}:parameter/weft/${local.own}/*"]
      },
      {
        Sid       = "DecryptionThroughParametersOnly"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = ["${local.regional.kms}:key/*"]
        Condition = { StringEquals = { "kms:ViaService" = ["ssm.${var.region}.amazonaws.com"] } }
      },
      {
        Sid    = "LogsOfItsEnvironment"
        Effect = "Allow"
        Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [for group in ["/aws/lambda/weft-${local.own}-*", "/weft/${local.own}/*", "/aws/kinesisfirehose/weft-${local.own}-*"] :
        "${local.regional.logs}:log-group:${group}"]
      },
      {
        Sid      = "FunctionsOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = ["${local.regional.lambda}:function:weft-${local.own}-*"]
      },
      {
        Sid    = "RegistryLogin"
        Effect = "Allow"
        Action = ["ecr:GetAuthorizationToken"]
        # AWS offers no narrower resource for a login.
        Resource = ["*"]
      },
      {
        Sid      = "ImagesOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
        Resource = ["${local.regional.ecr}:repository/weft-${local.own}-*"]
      },
      {
        Sid      = "DeliveryToGrafana"
        Effect   = "Allow"
        Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
        Resource = ["${local.regional.firehose}:deliverystream/weft-${local.own}-*"]
      },
      {
        Sid      = "NeverSaysWhoReadsASeedPhrase"
        Effect   = "Deny"
        Action   = local.reader_changes
        Resource = local.seed_phrase_reader_arns
      },
      {
        Sid      = "NeverChangesAKeysPolicy"
        Effect   = "Deny"
        Action   = local.key_changes
        Resource = ["*"]
      },
      {
        Sid      = "PushTokensOfItsEnvironment"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = ["${local.regional.secretsmanager}:secret:weft-${local.own}-*"]
      },
    ]
  })
}
