import type { Pricing } from './charge.ts'
import { computeCharges } from './charges-compute.ts'
import { observabilityCharges } from './charges-observability.ts'
import { storeCharges } from './charges-stores.ts'

export type CatalogueEntry =
  | { readonly kind: 'free'; readonly why: string }
  | { readonly kind: 'priced'; readonly charges: Pricing }

const CONFIGURATION = 'configuration of another resource'
const IDENTITY = 'IAM is free'
const NETWORK = 'free; traffic is billed where it leaves'

const FREE: Readonly<Record<string, string>> = {
  aws_appautoscaling_target: 'its tasks are billed at the service',
  aws_budgets_budget: 'a budget that only notifies is free',
  aws_ce_anomaly_monitor: 'cost anomaly detection is free',
  aws_ce_anomaly_subscription: 'cost anomaly detection is free',
  aws_cloudwatch_log_stream: 'the log group is billed',
  aws_cloudwatch_log_subscription_filter: 'its target is billed',
  aws_dynamodb_resource_policy: CONFIGURATION,
  aws_ecr_lifecycle_policy: CONFIGURATION,
  aws_ecs_cluster_capacity_providers: CONFIGURATION,
  aws_ecs_task_definition: 'its tasks are billed at the service',
  aws_iam_openid_connect_provider: IDENTITY,
  aws_iam_policy: IDENTITY,
  aws_iam_role: IDENTITY,
  aws_iam_role_policy: IDENTITY,
  aws_iam_role_policy_attachment: IDENTITY,
  aws_internet_gateway: NETWORK,
  aws_kms_alias: CONFIGURATION,
  aws_lambda_alias: 'the function is billed',
  aws_lambda_event_source_mapping: 'its polls are billed at the queue',
  aws_lambda_function_event_invoke_config: CONFIGURATION,
  aws_lambda_permission: CONFIGURATION,
  aws_route: NETWORK,
  aws_route_table: NETWORK,
  aws_route_table_association: NETWORK,
  aws_s3_bucket_lifecycle_configuration: 'expirations are free',
  aws_s3_bucket_ownership_controls: CONFIGURATION,
  aws_s3_bucket_policy: CONFIGURATION,
  aws_s3_bucket_public_access_block: CONFIGURATION,
  aws_s3_bucket_server_side_encryption_configuration: 'encryption with S3 keys is free',
  aws_s3_bucket_versioning: 'old versions are billed as storage of the bucket',
  aws_scheduler_schedule_group: CONFIGURATION,
  aws_secretsmanager_secret_version: 'the secret is billed',
  aws_security_group: NETWORK,
  aws_sns_topic_policy: CONFIGURATION,
  aws_sns_topic_subscription: 'its mails are billed at the topic',
  aws_sqs_queue_policy: CONFIGURATION,
  aws_sqs_queue_redrive_allow_policy: CONFIGURATION,
  aws_sqs_queue_redrive_policy: CONFIGURATION,
  aws_ssm_parameter: 'standard parameters and their reads are free',
  aws_subnet: NETWORK,
  aws_default_security_group: NETWORK,
  aws_vpc: NETWORK,
  aws_vpc_endpoint: 'gateway endpoints (S3, DynamoDB) are free; an interface endpoint would not be',
  aws_vpc_security_group_egress_rule: NETWORK,
  terraform_data: 'exists in the state only',
}

const PRICED: Readonly<Record<string, Pricing>> = { ...computeCharges, ...storeCharges, ...observabilityCharges }

/** @returns how a resource type is billed; `undefined` for a type nobody has looked up yet. */
export function catalogueEntry(type: string): CatalogueEntry | undefined {
  const charges = PRICED[type]
  if (charges !== undefined) return { kind: 'priced', charges }
  const why = FREE[type]
  return why === undefined ? undefined : { kind: 'free', why }
}
