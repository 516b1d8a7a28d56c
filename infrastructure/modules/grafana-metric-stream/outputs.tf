output "name" {
  description = "Full name of the metric stream and of its delivery stream."
  value       = local.name
}
