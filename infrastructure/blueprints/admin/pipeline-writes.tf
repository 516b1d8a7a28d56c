# What applying an environment changes: resources that carry its name, and on the network, which AWS names at random,
# its tag.
locals {
  writes = merge(local.environment_writes, { global = local.global_writes })

  environment_writes = { for environment in var.environments : environment => {
    write-compute = [
      {
        sid = "ManagesFunctions"
        actions = [
          "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:PublishVersion",
          "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:CreateAlias", "lambda:UpdateAlias", "lambda:DeleteAlias",
          "lambda:PutFunctionEventInvokeConfig", "lambda:UpdateFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig",
          "lambda:TagResource", "lambda:UntagResource",
        ]
        resources = ["${local.regional.lambda}:function:weft-${environment}-*"]
      },
      {
        sid       = "ManagesEventSourcesOfItsFunctions"
        actions   = ["lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"]
        resources = ["${local.regional.lambda}:event-source-mapping:*"]
        conditions = {
          ArnLike = { "lambda:FunctionArn" = ["${local.regional.lambda}:function:weft-${environment}-*"] }
        }
      },
      {
        # Creation and tagging name no mapping yet; the function it is for is checked all the same.
        sid       = "CreatesEventSourcesForItsFunctions"
        actions   = ["lambda:CreateEventSourceMapping"]
        resources = ["*"]
        conditions = {
          ArnLike = { "lambda:FunctionArn" = ["${local.regional.lambda}:function:weft-${environment}-*"] }
        }
      },
      {
        sid        = "TagsItsEventSources"
        actions    = ["lambda:TagResource"]
        resources  = ["${local.regional.lambda}:event-source-mapping:*"]
        conditions = { StringEquals = { "aws:RequestTag/Environment" = [environment] } }
      },
      {
        sid       = "ManagesSchedules"
        actions   = ["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"]
        resources = ["${local.regional.scheduler}:schedule/default/weft-${environment}-*"]
      },
      {
        sid = "ManagesServices"
        actions = [
          "ecs:DeleteCluster", "ecs:UpdateCluster", "ecs:UpdateClusterSettings", "ecs:PutClusterCapacityProviders", "ecs:CreateService",
          "ecs:UpdateService", "ecs:DeleteService", "ecs:TagResource", "ecs:UntagResource", "ecs:RegisterTaskDefinition",
        ]
        resources = ["${local.regional.ecs}:cluster/weft-${environment}-*", "${local.regional.ecs}:service/weft-${environment}-*", "${local.regional.ecs}:task-definition/weft-${environment}-*:*"]
      },
      {
        sid        = "CreatesClustersUnderItsTag"
        actions    = ["ecs:CreateCluster"]
        resources  = ["*"]
        conditions = { StringEquals = { "aws:RequestTag/Environment" = [environment] } }
      },
      {
        sid       = "RetiresTaskDefinitions"
        actions   = ["ecs:DeregisterTaskDefinition"]
        resources = ["*"]
      },
      {
        sid = "ManagesScaling"
        actions = [
          "application-autoscaling:RegisterScalableTarget", "application-autoscaling:DeregisterScalableTarget", "application-autoscaling:PutScalingPolicy",
          "application-autoscaling:DeleteScalingPolicy", "application-autoscaling:TagResource", "application-autoscaling:UntagResource",
        ]
        resources = ["${local.regional.application-autoscaling}:scalable-target/*"]
      },
      {
        sid = "ManagesAndFillsItsImageRepository"
        actions = [
          "ecr:CreateRepository", "ecr:DeleteRepository", "ecr:PutImageTagMutability", "ecr:PutImageScanningConfiguration", "ecr:PutLifecyclePolicy",
          "ecr:DeleteLifecyclePolicy", "ecr:TagResource", "ecr:UntagResource", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart",
          "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
        ]
        resources = ["${local.regional.ecr}:repository/weft-${environment}-*"]
      },
      {
        sid       = "LogsInToTheRegistry"
        actions   = ["ecr:GetAuthorizationToken"]
        resources = ["*"]
      },
    ]
    write-data = [
      {
        sid       = "ManagesQueues"
        actions   = ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"]
        resources = ["${local.regional.sqs}:weft-${environment}-*"]
      },
      {
        sid       = "ManagesTables"
        actions   = ["dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive", "dynamodb:TagResource", "dynamodb:UntagResource"]
        resources = ["${local.regional.dynamodb}:table/weft-${environment}-*"]
      },
      {
        sid = "ManagesBuckets"
        actions = [
          "s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketVersioning", "s3:PutBucketTagging",
          "s3:PutLifecycleConfiguration", "s3:PutEncryptionConfiguration", "s3:PutBucketPublicAccessBlock", "s3:PutBucketOwnershipControls", "s3:ListBucketVersions",
        ]
        resources = ["arn:aws:s3:::weft-${environment}-*"]
      },
      {
        sid       = "EmptiesBucketsAtTeardown"
        actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
        resources = ["arn:aws:s3:::weft-${environment}-*/*"]
      },
      {
        # Below its own prefix, so that none can plant what another deploys, and only as an upload that refuses to overwrite.
        sid        = "UploadsArtefactsOnce"
        actions    = ["s3:PutObject"]
        resources  = local.artefact_arns[environment]
        conditions = { Null = { "s3:if-none-match" = ["false"] } }
      },
      {
        sid       = "DeploysArtefacts"
        actions   = ["s3:GetObject"]
        resources = local.artefact_arns[environment]
      },
      {
        sid       = "ManagesTheMode"
        actions   = ["ssm:PutParameter", "ssm:DeleteParameter", "ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"]
        resources = [local.mode_parameter_arn[environment]]
      },
    ]
    write-watch = [
      {
        sid       = "ManagesAlarms"
        actions   = ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
        resources = ["${local.regional.cloudwatch}:alarm:weft-${environment}-*"]
      },
      {
        # Application Auto Scaling makes and deletes the alarms of a target-tracking policy with the caller's rights.
        sid       = "ManagesTheAlarmsOfItsScaling"
        actions   = ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms"]
        resources = ["${local.regional.cloudwatch}:alarm:TargetTracking-service/weft-${environment}-*"]
      },
      {
        sid       = "ManagesTheDashboard"
        actions   = ["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"]
        resources = ["arn:aws:cloudwatch::${var.account_id}:dashboard/weft-${environment}"]
      },
      {
        sid       = "ManagesLogGroups"
        actions   = ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:PutSubscriptionFilter", "logs:DeleteSubscriptionFilter", "logs:TagResource", "logs:UntagResource"]
        resources = [for group in ["/aws/lambda/weft-${environment}-*", "/weft/${environment}/*"] : "${local.regional.logs}:log-group:${group}"]
      },
      {
        sid       = "ManagesTheTopic"
        actions   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:SetSubscriptionAttributes", "sns:TagResource", "sns:UntagResource"]
        resources = ["${local.regional.sns}:weft-${environment}-alarms"]
      },
      {
        sid       = "EndsSubscriptions"
        actions   = ["sns:Unsubscribe"]
        resources = ["*"]
      },
      {
        sid       = "ManagesTheBudget"
        actions   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        resources = ["arn:aws:budgets::${var.account_id}:budget/weft-${environment}-*"]
      },
      {
        sid        = "CreatesAnomalyMonitorsUnderItsTag"
        actions    = ["ce:CreateAnomalyMonitor", "ce:CreateAnomalySubscription"]
        resources  = ["*"]
        conditions = { StringEquals = { "aws:RequestTag/Environment" = [environment] } }
      },
      {
        sid        = "TagsItsAnomalyMonitors"
        actions    = ["ce:TagResource"]
        resources  = ["arn:aws:ce::${var.account_id}:anomalymonitor/*", "arn:aws:ce::${var.account_id}:anomalysubscription/*"]
        conditions = { StringEquals = { "aws:RequestTag/Environment" = [environment] } }
      },
      {
        sid        = "ManagesItsAnomalyMonitors"
        actions    = ["ce:UpdateAnomalyMonitor", "ce:DeleteAnomalyMonitor", "ce:UpdateAnomalySubscription", "ce:DeleteAnomalySubscription", "ce:UntagResource"]
        resources  = ["arn:aws:ce::${var.account_id}:anomalymonitor/*", "arn:aws:ce::${var.account_id}:anomalysubscription/*"]
        conditions = { StringEquals = { "aws:ResourceTag/Environment" = [environment] } }
      },
    ]
    write-network = [
      {
        sid = "CreatesNetworkPartsUnderItsTag"
        actions = [
          "ec2:CreateVpc", "ec2:CreateSubnet", "ec2:CreateRouteTable", "ec2:CreateInternetGateway", "ec2:CreateSecurityGroup",
          "ec2:CreateVpcEndpoint", "ec2:AllocateAddress", "ec2:CreateNatGateway", "ec2:AuthorizeSecurityGroupEgress", "ec2:CreateTags",
        ]
        resources  = local.network_arns
        conditions = { StringEquals = { "aws:RequestTag/Environment" = [environment] } }
      },
      {
        # No AuthorizeSecurityGroupIngress anywhere: the pipeline cannot open a port.
        sid = "ChangesNetworkPartsThatCarryItsTag"
        actions = [
          "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress", "ec2:CreateNatGateway", "ec2:CreateRoute",
          "ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpcEndpoint", "ec2:DeleteInternetGateway",
          "ec2:DeleteNatGateway", "ec2:DeleteRoute", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags",
          "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable",
          "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress",
          "ec2:ReplaceRoute", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
        ]
        resources  = local.network_arns
        conditions = { StringEquals = { "aws:ResourceTag/Environment" = [environment] } }
      },
      {
        sid       = "CreatesRolesInsideTheBoundaryAndItsEnvironment"
        actions   = ["iam:CreateRole"]
        resources = ["arn:aws:iam::${var.account_id}:role/weft-${environment}-*"]
        conditions = { StringEquals = {
          "iam:PermissionsBoundary"    = [local.boundary_arn]
          "aws:RequestTag/Environment" = [environment]
        } }
      },
      {
        sid        = "GrantsInsideTheBoundary"
        actions    = ["iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"]
        resources  = ["arn:aws:iam::${var.account_id}:role/weft-${environment}-*"]
        conditions = { StringEquals = { "iam:PermissionsBoundary" = [local.boundary_arn] } }
      },
      {
        sid       = "MaintainsItsRoles"
        actions   = ["iam:DeleteRole", "iam:UpdateRole", "iam:UpdateRoleDescription", "iam:UpdateAssumeRolePolicy"]
        resources = ["arn:aws:iam::${var.account_id}:role/weft-${environment}-*"]
      },
      {
        # A role's tag decides whose data it may touch, so it can be set to this environment only.
        sid        = "TagsItsRoles"
        actions    = ["iam:TagRole"]
        resources  = ["arn:aws:iam::${var.account_id}:role/weft-${environment}-*"]
        conditions = { StringEqualsIfExists = { "aws:RequestTag/Environment" = [environment] } }
      },
      {
        sid       = "HandsItsRolesToTheServices"
        actions   = ["iam:PassRole"]
        resources = ["arn:aws:iam::${var.account_id}:role/weft-${environment}-*"]
        conditions = { StringEquals = {
          "iam:PassedToService" = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"]
        } }
      },
      {
        sid        = "HandsTheSubscriptionRoleToLogs"
        actions    = ["iam:PassRole"]
        resources  = ["arn:aws:iam::${var.account_id}:role/weft-global-grafana-logs-subscription"]
        conditions = { StringEquals = { "iam:PassedToService" = ["logs.amazonaws.com"] } }
      },
      {
        sid       = "LetsEcsAndItsScalingCreateTheirOwnRoles"
        actions   = ["iam:CreateServiceLinkedRole"]
        resources = ["arn:aws:iam::${var.account_id}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", "arn:aws:iam::${var.account_id}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"]
        conditions = { StringEquals = {
          "iam:AWSServiceName" = ["ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com"]
        } }
      },
    ]
  } }

  artefact_arns = { for environment in var.environments : environment =>
  [for function in ["dispatcher", "liquidator"] : "${module.artefacts.arn}/${environment}/${function}/*"] }

  network_arns = [for kind in ["vpc", "subnet", "route-table", "internet-gateway", "security-group", "security-group-rule", "vpc-endpoint", "elastic-ip", "natgateway"] :
  "${local.regional.ec2}:${kind}/*"]
}
