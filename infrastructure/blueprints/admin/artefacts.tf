# Lambda zips by environment and content hash; the pipeline uploads, Lambda reads. Old keys stay, so that a rollback is a plan. Below
# `plans/` lie the plans that wait for their merge, for as long as GitHub lets an approval wait (docs/adr/0020-saved-plans.md).
module "artefacts" {
  source = "../../modules/secure-s3-bucket"

  context           = local.context
  name              = "artefacts"
  expire_after_days = { "plans/" = 30 }
  noncurrent_days   = 30
  allow_destroy     = var.allow_destroy
}
