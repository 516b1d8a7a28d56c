import { Decimal, decimalText, NetworkName, parseEnvironment, wholeNumber } from '@weft/domain'
import { chosenNetwork, type NetworkConfig } from '@weft/radix'
import * as z from 'zod'

const CONFIRM_BOUNDS = 'must be a decimal above 0 and at most 1: the ledger decides from there'

const Environment = z.object({
  WEFT_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be a short lower-case name'),
  WEFT_NETWORK: NetworkName,
  WEFT_NETWORK_CONFIG: z.string().optional(),
  WEFT_GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEFT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  WEFT_SNAPSHOTS_BUCKET: z.string().min(3),
  WEFT_RECORDS_TABLE: z.string().min(3),
  WEFT_INDEXING_QUEUE_URL: z.url(),
  WEFT_LIQUIDATION_QUEUE_URL: z.url(),
  WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV: z
    .string()
    // Checked before it is parsed: the parser's own message repeats the text, which may be a secret in the wrong place.
    .regex(/^[01](\.\d{1,18})?$/, CONFIRM_BOUNDS)
    .pipe(decimalText)
    .refine((ltv) => ltv.isPositive() && ltv.lte(Decimal.ONE), CONFIRM_BOUNDS)
    .default(Decimal.parse('0.98')),
  WEFT_INDEXER_CONCURRENCY: wholeNumber(1, 32).default(2),
  WEFT_GATEWAY_REQUESTS_PER_SECOND: wholeNumber(1, 10_000).default(50),
  WEFT_GATEWAY_CONCURRENT_REQUESTS: wholeNumber(1, 256).default(8),
  AWS_REGION: z.string().min(1),
  WEFT_AWS_ENDPOINT: z.url().optional(),
})

export interface IndexerConfig {
  readonly environment: string
  readonly network: NetworkConfig
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly bucket: string
  readonly table: string
  readonly indexingQueueUrl: string
  readonly liquidationQueueUrl: string
  readonly confirmAboveLiquidationLtv: Decimal
  /** Ranges in work at a time. */
  readonly concurrency: number
  /** What one process may ask of the Gateway. */
  readonly gateway: { readonly maxRequestsPerSecond: number; readonly maxConcurrentRequests: number }
  readonly aws: { readonly region: string; readonly endpoint: string | undefined }
}

/** @throws {ConfigError} naming every bad variable. @throws {NetworkConfigError} */
export function indexerConfig(environment: Readonly<Record<string, string | undefined>>): IndexerConfig {
  const read = parseEnvironment(Environment, environment)
  return {
    environment: read.WEFT_ENVIRONMENT,
    network: chosenNetwork({
      network: read.WEFT_NETWORK,
      gatewayUrl: read.WEFT_GATEWAY_URL,
      configJson: read.WEFT_NETWORK_CONFIG,
    }),
    logLevel: read.WEFT_LOG_LEVEL,
    bucket: read.WEFT_SNAPSHOTS_BUCKET,
    table: read.WEFT_RECORDS_TABLE,
    indexingQueueUrl: read.WEFT_INDEXING_QUEUE_URL,
    liquidationQueueUrl: read.WEFT_LIQUIDATION_QUEUE_URL,
    confirmAboveLiquidationLtv: read.WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV,
    concurrency: read.WEFT_INDEXER_CONCURRENCY,
    gateway: {
      maxRequestsPerSecond: read.WEFT_GATEWAY_REQUESTS_PER_SECOND,
      maxConcurrentRequests: read.WEFT_GATEWAY_CONCURRENT_REQUESTS,
    },
    aws: { region: read.AWS_REGION, endpoint: read.WEFT_AWS_ENDPOINT },
  }
}
