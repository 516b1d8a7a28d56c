import { parsePolicy } from './iam.ts'
import { blocks, number, ofType, type Plan, type PlannedResource, text } from './plan.ts'

/** Queues, buckets, tables, images and deliveries are encrypted at rest. */
export function unencryptedStores(plan: Plan): string[] {
  return [
    ...ofType(plan, 'aws_sqs_queue').filter((queue) => queue.values.sqs_managed_sse_enabled !== true),
    ...ofType(plan, 'aws_s3_bucket').filter(
      (bucket) => !hasSibling(plan, bucket, 'aws_s3_bucket_server_side_encryption_configuration'),
    ),
    ...ofType(plan, 'aws_dynamodb_table').filter(
      (table) => blocks(table.values, 'server_side_encryption')[0]?.enabled !== true,
    ),
    ...ofType(plan, 'aws_ecr_repository').filter(
      (repository) => blocks(repository.values, 'encryption_configuration').length === 0,
    ),
    ...ofType(plan, 'aws_kinesis_firehose_delivery_stream').filter(
      (stream) => blocks(stream.values, 'server_side_encryption')[0]?.enabled !== true,
    ),
  ].map((store) => `${store.address}: not encrypted at rest`)
}

/** Every bucket blocks public access in all four ways, keeps versions and refuses plain HTTP. */
export function openBuckets(plan: Plan): string[] {
  return ofType(plan, 'aws_s3_bucket').flatMap((bucket) => {
    const block = sibling(plan, bucket, 'aws_s3_bucket_public_access_block')
    const switches = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets']
    const versioning = blocks(
      sibling(plan, bucket, 'aws_s3_bucket_versioning')?.values ?? {},
      'versioning_configuration',
    )[0]
    const policy = text(sibling(plan, bucket, 'aws_s3_bucket_policy')?.values ?? {}, 'policy')
    return [
      ...switches.filter((name) => block?.values[name] !== true).map((name) => `${bucket.address}: ${name} is off`),
      ...(versioning?.status === 'Enabled' ? [] : [`${bucket.address}: keeps no versions`]),
      ...(policy !== undefined && refusesPlaintext(policy, 's3:*') ? [] : [`${bucket.address}: takes plain HTTP`]),
    ]
  })
}

/** Every action of the service, not a list of some: what a list forgets would go in the clear. */
function refusesPlaintext(policy: string, every: 's3:*' | 'sqs:*'): boolean {
  return parsePolicy(policy).some(
    (statement) =>
      statement.effect === 'Deny' &&
      statement.actions.includes(every) &&
      statement.conditions.Bool?.['aws:SecureTransport']?.includes('false'),
  )
}

/** Every queue has a policy, and each such policy refuses plain HTTP. */
export function queuesInTheClear(plan: Plan): string[] {
  const policies = ofType(plan, 'aws_sqs_queue_policy')
  const lacking = ofType(plan, 'aws_sqs_queue').length - policies.length
  return [
    ...(lacking > 0 ? [`${plan.environment}: ${lacking} queue(s) without a policy take plain HTTP`] : []),
    ...policies
      .filter((policy) => !refusesPlaintext(text(policy.values, 'policy') ?? '{}', 'sqs:*'))
      .map((policy) => `${policy.address}: takes plain HTTP`),
  ]
}

/** Tables can be restored to any second and not be deleted by accident. */
export function fragileTables(plan: Plan): string[] {
  return ofType(plan, 'aws_dynamodb_table').flatMap((table) => [
    ...(blocks(table.values, 'point_in_time_recovery')[0]?.enabled === true
      ? []
      : [`${table.address}: no point-in-time recovery`]),
    ...(table.values.deletion_protection_enabled === true ? [] : [`${table.address}: no deletion protection`]),
  ])
}

/** Every log group expires, and every Lambda logs to one of them. */
export function logsKeptForEver(plan: Plan): string[] {
  const groups = ofType(plan, 'aws_cloudwatch_log_group')
  const names = new Set(groups.map((group) => text(group.values, 'name')))
  return [
    ...groups
      .filter((group) => !(number(group.values, 'retention_in_days') > 0))
      .map((group) => `${group.address}: no retention`),
    ...ofType(plan, 'aws_lambda_function')
      .filter((lambda) => !names.has(text(blocks(lambda.values, 'logging_config')[0] ?? {}, 'log_group')))
      .map((lambda) => `${lambda.address}: logs to a group that is not planned`),
  ]
}

/** Nothing answers to the internet: no ingress, no function URL, no resource policy that allows everybody. */
export function publicResources(plan: Plan): string[] {
  const ingress = [
    ...ofType(plan, 'aws_vpc_security_group_ingress_rule'),
    ...ofType(plan, 'aws_security_group_rule').filter((rule) => rule.values.type === 'ingress'),
    ...ofType(plan, 'aws_security_group').filter((group) => blocks(group.values, 'ingress').length > 0),
    ...ofType(plan, 'aws_default_security_group').filter((group) => blocks(group.values, 'ingress').length > 0),
  ]
  const urls = [
    ...ofType(plan, 'aws_lambda_function_url'),
    ...ofType(plan, 'aws_lb'),
    ...ofType(plan, 'aws_apigatewayv2_api'),
  ]
  const subnets = ofType(plan, 'aws_subnet').filter((subnet) => subnet.values.map_public_ip_on_launch === true)
  // An endpoint's policy speaks to the tasks behind it; "*" there is everybody in this VPC, and it must narrow the accounts.
  const policies = plan.resources.filter(
    (resource) => resource.type !== 'aws_vpc_endpoint' && allowsEverybody(resource),
  )
  return [
    ...ingress.map((resource) => `${resource.address}: lets traffic in`),
    ...urls.map((resource) => `${resource.address}: can be reached from the internet`),
    ...subnets.map((resource) => `${resource.address}: hands out public addresses by itself`),
    ...policies.map((resource) => `${resource.address}: its policy allows everybody`),
  ]
}

function allowsEverybody(resource: PlannedResource): boolean {
  const policy = text(resource.values, 'policy')
  if (policy === undefined || !policy.includes('"Statement"')) return false
  return parsePolicy(policy).some(
    (statement) => statement.effect === 'Allow' && ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(statement.principal)),
  )
}

function sibling(plan: Plan, resource: PlannedResource, type: string): PlannedResource | undefined {
  return plan.resources.find((other) => other.type === type && other.module === resource.module)
}

function hasSibling(plan: Plan, resource: PlannedResource, type: string): boolean {
  return sibling(plan, resource, type) !== undefined
}
