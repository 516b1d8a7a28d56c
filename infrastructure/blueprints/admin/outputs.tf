output "pipeline_roles" {
  description = "Roles the workflows assume: `plan`, and `apply` by environment."
  value = {
    plan  = module.plan_role.arn
    apply = { for environment, role in module.apply_role : environment => role.arn }
  }
}

output "artefact_bucket" {
  description = "Where the pipeline uploads the Lambda zips."
  value       = module.artefacts.name
}

output "permissions_boundary_arn" {
  description = "Boundary that every role carries."
  value       = local.boundary_arn
  depends_on  = [aws_iam_policy.boundary]
}
