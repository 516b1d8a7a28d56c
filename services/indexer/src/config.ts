import {
  Decimal,
  decimalText,
  parseEnvironment,
  type ServiceSettings,
  ServiceVariables,
  serviceSettings,
  wholeNumber,
} from '@weft/domain'
import { type NetworkConfig, networkOfService } from '@weft/radix'
import * as z from 'zod'

const CONFIRM_BOUNDS = 'must be a decimal above 0 and at most 1: the ledger decides from there'

const Environment = ServiceVariables.extend({
  WEFT_SNAPSHOTS_BUCKET: z.string().min(3),
  WEFT_INDEXING_QUEUE_URL: z.url(),
  WEFT_INDEXING_DEAD_LETTERS_URL: z.url(),
  WEFT_LIQUIDATION_QUEUE_URL: z.url(),
  WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV: decimalText
    .refine((ltv) => ltv.isPositive() && ltv.lte(Decimal.ONE), CONFIRM_BOUNDS)
    .default(Decimal.parse('0.98')),
  WEFT_INDEXER_CONCURRENCY: wholeNumber(1, 32).default(2),
})

/** Every variable that `indexerConfig` reads: Terraform sets these and no others. */
export const INDEXER_VARIABLES: readonly string[] = Object.keys(Environment.shape)

export interface IndexerConfig extends ServiceSettings {
  readonly network: NetworkConfig
  readonly bucket: string
  readonly indexingQueueUrl: string
  /** Where jobs go that can never succeed. */
  readonly deadLetterUrl: string
  readonly liquidationQueueUrl: string
  readonly confirmAboveLiquidationLtv: Decimal
  /** Ranges in work at a time. */
  readonly concurrency: number
}

/** @throws {ConfigError} naming every bad variable. @throws {NetworkConfigError} */
export function indexerConfig(environment: Readonly<Record<string, string | undefined>>): IndexerConfig {
  const read = parseEnvironment(Environment, environment)
  return {
    ...serviceSettings(read),
    network: networkOfService(read),
    bucket: read.WEFT_SNAPSHOTS_BUCKET,
    indexingQueueUrl: read.WEFT_INDEXING_QUEUE_URL,
    deadLetterUrl: read.WEFT_INDEXING_DEAD_LETTERS_URL,
    liquidationQueueUrl: read.WEFT_LIQUIDATION_QUEUE_URL,
    confirmAboveLiquidationLtv: read.WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV,
    concurrency: read.WEFT_INDEXER_CONCURRENCY,
  }
}
