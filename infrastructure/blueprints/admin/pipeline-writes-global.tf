# What applying `global` changes: the artefact bucket, the alarm topic, the Grafana streams and the budget. Not the
# pipeline's own roles, not the boundary, not the trust in GitHub.
locals {
  grafana_role_arn = "arn:aws:iam::${var.account_id}:role/weft-global-grafana-*"

  global_writes = {
    write-global = [
      {
        sid = "ManagesTheArtefactAndFallbackBuckets"
        actions = [
          "s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketVersioning", "s3:PutBucketTagging",
          "s3:PutLifecycleConfiguration", "s3:PutEncryptionConfiguration", "s3:PutBucketPublicAccessBlock", "s3:PutBucketOwnershipControls", "s3:ListBucketVersions",
        ]
        resources = ["arn:aws:s3:::weft-global-artefacts-*", "arn:aws:s3:::weft-global-grafana-*"]
      },
      {
        sid       = "EmptiesBucketsAtTeardown"
        actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
        resources = ["arn:aws:s3:::weft-global-artefacts-*/*", "arn:aws:s3:::weft-global-grafana-*/*"]
      },
      {
        sid       = "ManagesAlarms"
        actions   = ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
        resources = ["${local.regional.cloudwatch}:alarm:weft-global-*"]
      },
      {
        sid       = "ManagesMetricStreams"
        actions   = ["cloudwatch:PutMetricStream", "cloudwatch:DeleteMetricStream", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
        resources = ["${local.regional.cloudwatch}:metric-stream/weft-global-*"]
      },
      {
        sid       = "ManagesDeliveries"
        actions   = ["firehose:CreateDeliveryStream", "firehose:DeleteDeliveryStream", "firehose:UpdateDestination", "firehose:StartDeliveryStreamEncryption", "firehose:StopDeliveryStreamEncryption", "firehose:TagDeliveryStream", "firehose:UntagDeliveryStream"]
        resources = ["${local.regional.firehose}:deliverystream/weft-global-*"]
      },
      {
        sid       = "CopiesPushTokens"
        actions   = ["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:UpdateSecret", "secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue", "secretsmanager:UpdateSecretVersionStage", "secretsmanager:TagResource", "secretsmanager:UntagResource"]
        resources = ["${local.regional.secretsmanager}:secret:weft-global-grafana-*"]
      },
      {
        sid       = "ManagesLogGroups"
        actions   = ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:CreateLogStream", "logs:DeleteLogStream", "logs:TagResource", "logs:UntagResource"]
        resources = ["${local.regional.logs}:log-group:/aws/kinesisfirehose/weft-global-*"]
      },
      {
        sid       = "ManagesTheTopic"
        actions   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:SetSubscriptionAttributes", "sns:TagResource", "sns:UntagResource"]
        resources = ["${local.regional.sns}:weft-global-alarms"]
      },
      {
        sid       = "EndsSubscriptions"
        actions   = ["sns:Unsubscribe"]
        resources = ["*"]
      },
      {
        sid       = "ManagesTheBudget"
        actions   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        resources = ["arn:aws:budgets::${var.account_id}:budget/weft-global-*"]
      },
      {
        sid        = "CreatesAnomalyMonitorsUnderItsTag"
        actions    = ["ce:CreateAnomalyMonitor", "ce:CreateAnomalySubscription"]
        resources  = ["*"]
        conditions = { StringEquals = { "aws:RequestTag/Environment" = ["global"] } }
      },
      {
        sid        = "TagsItsAnomalyMonitors"
        actions    = ["ce:TagResource"]
        resources  = ["arn:aws:ce::${var.account_id}:anomalymonitor/*", "arn:aws:ce::${var.account_id}:anomalysubscription/*"]
        conditions = { StringEquals = { "aws:RequestTag/Environment" = ["global"] } }
      },
      {
        sid        = "ManagesItsAnomalyMonitors"
        actions    = ["ce:UpdateAnomalyMonitor", "ce:DeleteAnomalyMonitor", "ce:UpdateAnomalySubscription", "ce:DeleteAnomalySubscription", "ce:UntagResource"]
        resources  = ["arn:aws:ce::${var.account_id}:anomalymonitor/*", "arn:aws:ce::${var.account_id}:anomalysubscription/*"]
        conditions = { StringEquals = { "aws:ResourceTag/Environment" = ["global"] } }
      },
    ]
    write-grafana-roles = [
      {
        sid       = "CreatesRolesInsideTheBoundary"
        actions   = ["iam:CreateRole"]
        resources = [local.grafana_role_arn]
        conditions = { StringEquals = {
          "iam:PermissionsBoundary"    = [local.boundary_arn]
          "aws:RequestTag/Environment" = ["global"]
        } }
      },
      {
        sid        = "GrantsInsideTheBoundary"
        actions    = ["iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"]
        resources  = [local.grafana_role_arn]
        conditions = { StringEquals = { "iam:PermissionsBoundary" = [local.boundary_arn] } }
      },
      {
        sid       = "MaintainsItsRoles"
        actions   = ["iam:DeleteRole", "iam:UpdateRole", "iam:UpdateRoleDescription", "iam:UpdateAssumeRolePolicy"]
        resources = [local.grafana_role_arn]
      },
      {
        sid        = "TagsItsRoles"
        actions    = ["iam:TagRole"]
        resources  = [local.grafana_role_arn]
        conditions = { StringEqualsIfExists = { "aws:RequestTag/Environment" = ["global"] } }
      },
      {
        sid       = "HandsItsRolesToTheServices"
        actions   = ["iam:PassRole"]
        resources = [local.grafana_role_arn]
        conditions = { StringEquals = {
          "iam:PassedToService" = ["firehose.amazonaws.com", "streams.metrics.cloudwatch.amazonaws.com", "logs.amazonaws.com"]
        } }
      },
    ]
  }
}
