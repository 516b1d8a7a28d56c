import { blocks, ofType, type Plan } from './plan.ts'

/** No plan, and so no state, holds a secret: neither as text nor in an argument that Terraform would store. */
export function storedSecrets(plan: Plan, canary: string): string[] {
  const parameters = ofType(plan, 'aws_ssm_parameter').filter((parameter) => parameter.values.type === 'SecureString')
  const versions = ofType(plan, 'aws_secretsmanager_secret_version').filter(
    (version) =>
      typeof version.values.secret_string === 'string' || typeof version.values.secret_string_wo === 'string',
  )
  const streams = ofType(plan, 'aws_kinesis_firehose_delivery_stream').filter((stream) =>
    blocks(stream.values, 'http_endpoint_configuration').some(
      (endpoint) => typeof endpoint.access_key === 'string' && endpoint.access_key !== '',
    ),
  )
  return [
    ...(plan.text.includes(canary) ? [`the plan of ${plan.environment} contains the value of a secret`] : []),
    // Refreshing it would need the right to decrypt it, for every plan of a pull request.
    ...parameters.map((parameter) => `${parameter.address}: a SecureString belongs to the bootstrap`),
    ...versions.map((version) => `${version.address}: its value would stand in the state`),
    ...streams.map((stream) => `${stream.address}: its access key would stand in the state`),
  ]
}
