# Grafana Cloud reads CloudWatch with this role, to show alarms and logs beside what the streams push.
resource "aws_iam_role" "grafana_reader" {
  count = var.grafana_reader == null ? 0 : 1

  # Outside the pipeline's `weft-global-grafana-*`: whom we trust beyond this account, a person decides.
  name        = "weft-global-reader-grafana"
  description = "Grafana Cloud reads metrics, alarms and logs of Weft."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "GrafanaCloudForThisStack"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.grafana_reader.account_id}:root" }
      Condition = { StringEquals = { "sts:ExternalId" = var.grafana_reader.external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "grafana_reader" {
  count = var.grafana_reader == null ? 0 : 1

  name = "weft-global-reader-grafana-grants"
  role = aws_iam_role.grafana_reader[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadsMetricsAndAlarms"
        Effect = "Allow"
        Action = [
          "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics", "tag:GetResources",
          "logs:StopQuery", "logs:GetQueryResults", "logs:DescribeLogGroups", "ec2:DescribeRegions",
        ]
        # AWS offers no narrower resource for these; they show figures, not what lies in stores.
        Resource = ["*"]
      },
      {
        Sid      = "ReadsOurAlarms"
        Effect   = "Allow"
        Action   = ["cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"]
        Resource = ["${local.regional.cloudwatch}:alarm:weft-*"]
      },
      {
        Sid      = "SearchesOurLogs"
        Effect   = "Allow"
        Action   = ["logs:StartQuery", "logs:GetLogGroupFields", "logs:GetLogEvents"]
        Resource = [for group in ["/aws/lambda/weft-*", "/weft/*"] : "${local.regional.logs}:log-group:${group}"]
      },
    ]
  })
}
