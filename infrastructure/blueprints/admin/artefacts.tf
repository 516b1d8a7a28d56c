# Lambda zips by content hash; the pipeline uploads, Lambda reads. Old keys stay, so that a rollback is a plan.
module "artefacts" {
  source = "../../modules/secure-s3-bucket"

  context         = local.context
  name            = "artefacts"
  noncurrent_days = 30
  allow_destroy   = var.allow_destroy
}
