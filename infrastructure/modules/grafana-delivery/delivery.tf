# The path that metrics and logs share: Firehose → Grafana Cloud, and what Grafana refuses → a fallback bucket.
locals {
  name = "weft-${var.context.environment}-${var.name}"
  arn  = "arn:aws:firehose:${var.context.region}:${var.context.account_id}:deliverystream/${local.name}"
  tags = { Service = var.name }

  error_log_group  = "/aws/kinesisfirehose/${local.name}"
  error_log_stream = "HttpEndpointDelivery"
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = local.name
  destination = "http_endpoint"
  tags        = local.tags

  server_side_encryption { enabled = true }

  http_endpoint_configuration {
    name               = "Grafana Cloud"
    url                = var.destination.url
    role_arn           = module.role.arn
    buffering_size     = 1
    buffering_interval = 60
    retry_duration     = 300
    s3_backup_mode     = "FailedDataOnly"

    secrets_manager_configuration {
      enabled    = true
      secret_arn = aws_secretsmanager_secret.this.arn
      role_arn   = module.role.arn
    }

    request_configuration { content_encoding = "GZIP" }

    s3_configuration {
      role_arn           = module.role.arn
      bucket_arn         = module.fallback_bucket.arn
      compression_format = "GZIP"
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.errors.name
      log_stream_name = aws_cloudwatch_log_stream.errors.name
    }
  }

  depends_on = [aws_secretsmanager_secret_version.this]
}

module "fallback_bucket" {
  source = "../secure-s3-bucket"

  context           = var.context
  name              = "${var.name}-fallback"
  expire_after_days = { "" = 30 }
  noncurrent_days   = 1
  # What Grafana refused is for a look, not for keeping.
  allow_destroy = true
}

resource "aws_cloudwatch_log_group" "errors" {
  name              = local.error_log_group
  retention_in_days = 14
  tags              = local.tags
}

resource "aws_cloudwatch_log_stream" "errors" {
  name           = local.error_log_stream
  log_group_name = aws_cloudwatch_log_group.errors.name
}

module "role" {
  source = "../service-role"

  context          = var.context
  name             = "${var.name}-delivery"
  trusted_service  = "firehose.amazonaws.com"
  trust_conditions = { StringEquals = { "sts:ExternalId" = [var.context.account_id] } }

  statements = [
    {
      sid       = "FindsTheFallbackBucket"
      actions   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
      resources = [module.fallback_bucket.arn]
    },
    {
      sid       = "KeepsWhatGrafanaRefused"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"]
      resources = ["${module.fallback_bucket.arn}/*"]
    },
    {
      sid       = "ReadsThePushToken"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [local.secret_arn_pattern]
    },
    {
      sid       = "LogsDeliveryErrors"
      actions   = ["logs:PutLogEvents"]
      resources = ["arn:aws:logs:${var.context.region}:${var.context.account_id}:log-group:${local.error_log_group}:log-stream:${local.error_log_stream}"]
    },
  ]
}

resource "aws_cloudwatch_metric_alarm" "delivery" {
  alarm_name          = "${local.name}-delivery"
  alarm_description   = "Grafana Cloud refuses data of ${local.name}: see ${local.error_log_group}. The token may have expired."
  namespace           = "AWS/Firehose"
  metric_name         = "DeliveryToHttpEndpoint.Success"
  dimensions          = { DeliveryStreamName = local.name }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.context.alarm_topic_arn]
  ok_actions          = [var.context.alarm_topic_arn]
  tags                = local.tags
}
