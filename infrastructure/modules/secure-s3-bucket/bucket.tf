locals {
  name = "weft-${var.context.environment}-${var.name}-${var.context.account_id}"
  arn  = "arn:aws:s3:::${local.name}"
  tags = { Service = var.name }
}

resource "aws_s3_bucket" "this" {
  bucket        = local.name
  force_destroy = var.allow_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule { object_ownership = "BucketOwnerEnforced" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "drop-old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration { noncurrent_days = var.noncurrent_days }

    abort_incomplete_multipart_upload { days_after_initiation = 1 }
  }

  dynamic "rule" {
    for_each = var.expire_after_days

    content {
      id     = rule.key == "" ? "expire-all" : "expire-${trim(replace(rule.key, "/", "-"), "-")}"
      status = "Enabled"

      filter { prefix = rule.key }

      expiration { days = rule.value }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlaintextTransport"
      Effect    = "Deny"
      Principal = "*"
      # All of them: a list would leave open what it forgets, and what AWS adds next year.
      Action    = ["s3:*"]
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
