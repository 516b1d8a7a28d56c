import {
  type AwsClients,
  awsClients,
  DynamoExecutionJournal,
  DynamoQuarantineStore,
  priceTrustStore,
  RecordsTable,
} from '@weft/aws'
import { NetworkName, type PriceTrustState, parseEnvironment, type VersionedStore } from '@weft/domain'
import * as z from 'zod'
import { UsageError } from './exit.ts'

const Environment = z.object({
  WEFT_ENVIRONMENT: z.string().optional(),
  WEFT_NETWORK: NetworkName.optional(),
  WEFT_RECORDS_TABLE: z.string().optional(),
  WEFT_MODE_PARAMETER: z.string().optional(),
  WEFT_LIQUIDATION_QUEUE_URL: z.url().optional(),
  AWS_REGION: z.string().optional(),
  WEFT_AWS_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  USER: z.string().optional(),
})

/** What an operator's command works on: one environment's records, switches and queues. */
export interface Operator {
  readonly environment: string
  readonly network: NetworkName
  readonly aws: AwsClients
  readonly journal: DynamoExecutionJournal
  readonly quarantine: DynamoQuarantineStore
  readonly priceTrust: VersionedStore<PriceTrustState>
  readonly modeParameter: string
  readonly liquidationQueueUrl: string | undefined
  /** Who decides, for the records. */
  readonly name: string
}

/**
 * The environment that the variables name; with `WEFT_AWS_ENDPOINT` alone, the local stack behind it. Names follow Terraform's. None is the
 * default: a command that was meant for stokenet must not change mainnet.
 * @throws {ConfigError} naming every bad variable. @throws {UsageError} when no environment is named.
 */
export function operatorFrom(environment: Readonly<Record<string, string | undefined>>): Operator {
  const read = parseEnvironment(Environment, environment)
  const isLocal = read.WEFT_AWS_ENDPOINT !== undefined
  const name = read.WEFT_ENVIRONMENT ?? (isLocal ? 'local' : undefined)
  if (name === undefined)
    throw new UsageError(
      'Say which environment: --environment stokenet, or the variable WEFT_ENVIRONMENT. The local stack prints a WEFT_AWS_ENDPOINT to use instead.',
    )
  const network = read.WEFT_NETWORK ?? (isLocal ? 'local' : name === 'stokenet' ? 'stokenet' : 'mainnet')
  const aws = awsClients({ region: read.AWS_REGION ?? 'eu-west-1', endpoint: read.WEFT_AWS_ENDPOINT })
  const table = new RecordsTable(aws.dynamodb, read.WEFT_RECORDS_TABLE ?? `weft-${name}-records`, ({ message }) =>
    process.stderr.write(`Left out: ${message}\n`),
  )
  return {
    environment: name,
    network,
    aws,
    journal: new DynamoExecutionJournal(table),
    quarantine: new DynamoQuarantineStore(table),
    priceTrust: priceTrustStore(table, network),
    modeParameter: read.WEFT_MODE_PARAMETER ?? `/weft/${name}/mode`,
    liquidationQueueUrl: read.WEFT_LIQUIDATION_QUEUE_URL,
    name: read.USER ?? 'operator',
  }
}
