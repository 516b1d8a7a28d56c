/** Statements (by sid) that may name the resource `*`, each with the reason that AWS leaves no other choice. */
export const WILDCARD_RESOURCES: Record<string, string> = {
  LogsInToTheRegistry:
    'ecr:GetAuthorizationToken has no resource type; the images behind it are granted by repository.',
  RegistryLogin: 'The same action in the boundary.',
  ReadsTaskDefinitionsAndScaling:
    'ecs:DescribeTaskDefinition and the autoscaling descriptions have no resource type; they show no data.',
  FindsParameters:
    'ssm:DescribeParameters lists names and cannot be narrowed; values need ssm:GetParameter, granted by name.',
  FindsLogGroups: 'logs:DescribeLogGroups is asked for all groups by the provider; log contents are not granted.',
  ReadsTheNetwork: 'EC2 descriptions have no resource type.',
  CreatesEventSourcesForItsFunctions:
    'lambda:CreateEventSourceMapping names no mapping yet; the condition pins the function.',
  CreatesClustersUnderItsTag: 'ecs:CreateCluster has no resource type; the condition demands the environment tag.',
  CreatesAnomalyMonitorsUnderItsTag:
    'Creating an anomaly monitor names no resource yet; the condition demands the environment tag.',
  RetiresTaskDefinitions: 'ecs:DeregisterTaskDefinition has no resource type; it retires a revision and stops nothing.',
  EndsSubscriptions: 'sns:Unsubscribe has no resource type.',
  ReadsMetricsAndAlarms: 'Metric and tag queries have no resource type; they show figures and no stored data.',
}

/** Roles (by the beginning of their name) without permissions boundary, each with the reason. */
export const ROLES_WITHOUT_BOUNDARY: Record<string, string> = {
  'weft-global-plan':
    'The pipeline manages resources, which the boundary of the services forbids; its grants are listed one by one.',
  'weft-global-apply-': 'As the plan role; it can create roles only inside the boundary.',
  'weft-global-reader-grafana':
    'Reads metrics and logs from outside the account; the boundary speaks of data within an environment.',
}

const LAMBDA_WRITES_THE_LOG = "The Lambda runtime writes the log with the function's role; no SDK call of ours."
const POLLER_TAKES_MESSAGES = "Lambda's poller takes messages with the function's role; no SDK call of ours."
const SSM_DECRYPTS =
  "SSM decrypts the seed phrase with the caller's right while it answers ssm:GetParameter; no SDK call of ours."
const MISSING_IS_NOT_FORBIDDEN =
  'Never called, yet needed: without it S3 answers a missing object with 403 in place of 404.'

/**
 * Grants of the services that no recorded call uses, each with the reason why it stays: `<service> <action> <resource>`,
 * the resource as recorded calls name it.
 */
export const UNUSED_GRANTS: Record<string, string> = {
  'dispatcher sqs:SendMessage dispatcher-schedule-dlq':
    "Lambda itself sends there, with the function's role, when an event could not be run.",
  'dispatcher logs:CreateLogStream': LAMBDA_WRITES_THE_LOG,
  'dispatcher logs:PutLogEvents': LAMBDA_WRITES_THE_LOG,
  'indexer s3:ListBucket snapshots': MISSING_IS_NOT_FORBIDDEN,
  'indexer sqs:ChangeMessageVisibility indexing':
    'Called while a range takes long, after a fault and at a stop with work in hand; the recorded run has none of them.',
  'liquidator sqs:ChangeMessageVisibility liquidation':
    'Called after a fault alone, so that the candidate comes back in seconds; the recorded run has none.',
  'liquidator logs:CreateLogStream': LAMBDA_WRITES_THE_LOG,
  'liquidator logs:PutLogEvents': LAMBDA_WRITES_THE_LOG,
  'liquidator kms:Decrypt key/*': SSM_DECRYPTS,
  'liquidator sqs:ReceiveMessage liquidation': POLLER_TAKES_MESSAGES,
  'liquidator sqs:DeleteMessage liquidation': POLLER_TAKES_MESSAGES,
  'liquidator sqs:GetQueueAttributes liquidation': POLLER_TAKES_MESSAGES,
}

const FIREHOSE_DELIVERS = 'Firehose delivers with this role; no code of ours runs with it.'

/**
 * Grants of the roles that none of our services runs with, by `<role> <sid>`: what they are used for instead of a recorded call.
 * `<role> *` stands for all of a role's grants.
 */
export const GRANTS_TO_OTHERS: Record<string, string> = {
  'dispatcher-schedule StartsTheRun': 'EventBridge Scheduler invokes the dispatcher with this role.',
  'dispatcher-schedule KeepsARunItCouldNotStart': 'EventBridge Scheduler sends there what it could not start.',
  'indexer-execution LogsInToTheRegistry': 'The ECS agent logs in to the registry before the container starts.',
  'indexer-execution PullsItsImage': 'The ECS agent pulls the image before the container starts.',
  'indexer-execution WritesTheContainersLog': "The log driver writes the container's output; no SDK call of ours.",
  'grafana-logs-subscription HandsLogsToTheDelivery': 'CloudWatch Logs feeds the delivery stream with this role.',
  'grafana-metrics-stream HandsMetricsToTheDelivery': 'The metric stream feeds the delivery stream with this role.',
  'grafana-logs-delivery *': FIREHOSE_DELIVERS,
  'grafana-metrics-delivery *': FIREHOSE_DELIVERS,
  'reader-grafana *': 'Grafana Cloud reads metrics and searches logs from outside the account.',
  'plan *': 'Terraform refreshes and plans in the pipeline; what it needs can only be seen on AWS (see README).',
  'apply-global *': 'Terraform applies in the pipeline; what it needs can only be seen on AWS (see README).',
  'apply-mainnet *': 'As apply-global.',
  'apply-stokenet *': 'As apply-global.',
}
