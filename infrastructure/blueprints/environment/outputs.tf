output "summary" {
  description = "What an operator needs to find: names, bucket, image repository, parameters."
  value = {
    names                  = module.liquidation_service.names
    snapshots_bucket       = module.liquidation_service.snapshots_bucket
    indexer_repository_url = module.liquidation_service.indexer_repository_url
    alarm_topic_arn        = module.observability.alarm_topic_arn
    mode_parameter         = "/weft/${var.environment}/mode"
    seed_phrase_parameter  = "/weft/${var.environment}/seed-phrase"
  }
}
