# What refreshing a plan reads: descriptions of our resources, never their data. Where a `*` stands, AWS knows no
# narrower resource for the action; the list in tests/wildcard-resources.ts says so one by one.
locals {
  reads = {
    read-compute = [
      {
        sid       = "ReadsFunctions"
        actions   = ["lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConcurrency", "lambda:GetFunctionEventInvokeConfig", "lambda:GetAlias", "lambda:GetPolicy", "lambda:ListVersionsByFunction", "lambda:ListTags"]
        resources = ["${local.regional.lambda}:function:weft-*"]
      },
      {
        sid       = "ReadsEventSources"
        actions   = ["lambda:GetEventSourceMapping", "lambda:ListTags"]
        resources = ["${local.regional.lambda}:event-source-mapping:*"]
      },
      {
        sid       = "ReadsSchedules"
        actions   = ["scheduler:GetSchedule"]
        resources = ["${local.regional.scheduler}:schedule/default/weft-*"]
      },
      {
        sid       = "ReadsServices"
        actions   = ["ecs:DescribeClusters", "ecs:DescribeServices", "ecs:ListTagsForResource"]
        resources = ["${local.regional.ecs}:cluster/weft-*", "${local.regional.ecs}:service/weft-*", "${local.regional.ecs}:task-definition/weft-*"]
      },
      {
        sid       = "ReadsTaskDefinitionsAndScaling"
        actions   = ["ecs:DescribeTaskDefinition", "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"]
        resources = ["*"]
      },
      {
        sid       = "ReadsTagsOfScaling"
        actions   = ["application-autoscaling:ListTagsForResource"]
        resources = ["${local.regional.application-autoscaling}:scalable-target/*"]
      },
      {
        sid       = "ReadsImageRepositories"
        actions   = ["ecr:DescribeRepositories", "ecr:DescribeImages", "ecr:GetLifecyclePolicy", "ecr:ListTagsForResource"]
        resources = ["${local.regional.ecr}:repository/weft-*"]
      },
    ]
    read-data = [
      {
        sid       = "ReadsQueues"
        actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"]
        resources = ["${local.regional.sqs}:weft-*"]
      },
      {
        sid       = "ReadsTables"
        actions   = ["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"]
        resources = ["${local.regional.dynamodb}:table/weft-*"]
      },
      {
        sid = "ReadsBucketsButNoObjects"
        actions = [
          "s3:ListBucket", "s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetBucketLogging",
          "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock",
          "s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite", "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration",
        ]
        resources = ["arn:aws:s3:::weft-*"]
      },
      {
        sid       = "ReadsTheModesButNoSeedPhrase"
        actions   = ["ssm:GetParameter", "ssm:ListTagsForResource"]
        resources = values(local.mode_parameter_arn)
      },
      {
        # They may push to Grafana and nothing else. Terraform copies them at apply and, ephemerally, at plan.
        sid       = "ReadsThePushTokensOfGrafana"
        actions   = ["ssm:GetParameter"]
        resources = [local.metrics_token_arn, local.logs_token_arn]
      },
      {
        sid       = "FindsParameters"
        actions   = ["ssm:DescribeParameters"]
        resources = ["*"]
      },
      {
        sid       = "NeverReadsASeedPhrase"
        effect    = "Deny"
        actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"]
        resources = ["${local.regional.ssm}:parameter/weft/*/seed-phrase"]
      },
      {
        sid       = "ReadsSecrets"
        actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]
        resources = ["${local.regional.secretsmanager}:secret:weft-*"]
      },
      {
        # The provider reads the value to refresh aws_secretsmanager_secret_version, write-only argument or not.
        sid       = "RefreshesTheCopiesOfThePushTokens"
        actions   = ["secretsmanager:GetSecretValue"]
        resources = ["${local.regional.secretsmanager}:secret:weft-global-grafana-*"]
      },
    ]
    read-watch = [
      {
        sid       = "ReadsAlarmsAndDashboards"
        actions   = ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"]
        resources = ["${local.regional.cloudwatch}:alarm:weft-*"]
      },
      {
        sid       = "ReadsDashboards"
        actions   = ["cloudwatch:GetDashboard"]
        resources = ["arn:aws:cloudwatch::${var.account_id}:dashboard/weft-*"]
      },
      {
        sid       = "ReadsMetricStreams"
        actions   = ["cloudwatch:GetMetricStream", "cloudwatch:ListTagsForResource"]
        resources = ["${local.regional.cloudwatch}:metric-stream/weft-*"]
      },
      {
        sid       = "ReadsDeliveries"
        actions   = ["firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream"]
        resources = ["${local.regional.firehose}:deliverystream/weft-*"]
      },
      {
        sid       = "FindsLogGroups"
        actions   = ["logs:DescribeLogGroups"]
        resources = ["*"]
      },
      {
        sid       = "ReadsLogGroupsButNoLogs"
        actions   = ["logs:DescribeLogStreams", "logs:DescribeSubscriptionFilters", "logs:ListTagsForResource"]
        resources = [for group in ["/aws/lambda/weft-*", "/weft/*", "/aws/kinesisfirehose/weft-*"] : "${local.regional.logs}:log-group:${group}"]
      },
      {
        sid       = "ReadsTopics"
        actions   = ["sns:GetTopicAttributes", "sns:GetSubscriptionAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"]
        resources = ["${local.regional.sns}:weft-*"]
      },
      {
        sid       = "ReadsBudgets"
        actions   = ["budgets:ViewBudget", "budgets:ListTagsForResource"]
        resources = ["arn:aws:budgets::${var.account_id}:budget/weft-*"]
      },
      {
        sid       = "ReadsAnomalyMonitors"
        actions   = ["ce:GetAnomalyMonitors", "ce:GetAnomalySubscriptions", "ce:ListTagsForResource"]
        resources = ["arn:aws:ce::${var.account_id}:anomalymonitor/*", "arn:aws:ce::${var.account_id}:anomalysubscription/*"]
      },
    ]
    read-network = [
      {
        sid = "ReadsTheNetwork"
        actions = [
          "ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute", "ec2:DescribeInternetGateways", "ec2:DescribeNatGateways", "ec2:DescribeNetworkAcls",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribePrefixLists", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroupRules",
          "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
        ]
        resources = ["*"]
      },
      {
        sid       = "ReadsVpcAttributes"
        actions   = ["ec2:DescribeVpcAttribute"]
        resources = ["${local.regional.ec2}:vpc/*"]
      },
      {
        sid       = "ReadsRoles"
        actions   = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole"]
        resources = ["arn:aws:iam::${var.account_id}:role/weft-*"]
      },
      {
        sid       = "ReadsPolicies"
        actions   = ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"]
        resources = ["arn:aws:iam::${var.account_id}:policy/weft-*"]
      },
      {
        sid       = "ReadsTheTrustInGithub"
        actions   = ["iam:GetOpenIDConnectProvider"]
        resources = ["arn:aws:iam::${var.account_id}:oidc-provider/token.actions.githubusercontent.com"]
      },
    ]
  }
}
