output "names" {
  description = "Names that dashboards and people look for."
  value = {
    dispatcher_function = module.dispatcher.name
    liquidator_function = module.liquidator.name
    indexer_service     = module.indexer.name
    queues              = { indexing = module.indexing_queue.name, liquidation = module.liquidation_queue.name }
    dead_letter_queues = {
      indexing    = module.indexing_queue.dlq_name
      liquidation = module.liquidation_queue.dlq_name
      schedule    = module.dispatcher.dlq_name
    }
    records_table = module.records.name
  }
}

output "log_group_names" {
  description = "Log groups of the services, by service."
  value = {
    dispatcher = module.dispatcher.log_group_name
    indexer    = module.indexer.log_group_name
    liquidator = module.liquidator.log_group_name
  }
}

output "snapshots_bucket" {
  description = "Name of the snapshot bucket."
  value       = module.snapshots.name
}

output "indexer_repository_url" {
  description = "Where the indexer's image is pushed."
  value       = "${var.context.account_id}.dkr.ecr.${var.context.region}.amazonaws.com/${aws_ecr_repository.indexer.name}"
}
