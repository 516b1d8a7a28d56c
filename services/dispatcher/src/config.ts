import { NetworkName, parseEnvironment, wholeNumber } from '@weft/domain'
import { chosenNetwork, type NetworkConfig } from '@weft/radix'
import * as z from 'zod'

const Environment = z.object({
  WEFT_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be a short lower-case name'),
  WEFT_NETWORK: NetworkName,
  WEFT_NETWORK_CONFIG: z.string().optional(),
  WEFT_GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEFT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  WEFT_SNAPSHOTS_BUCKET: z.string().min(3),
  WEFT_RECORDS_TABLE: z.string().min(3),
  WEFT_INDEXING_QUEUE_URL: z.url(),
  WEFT_RANGE_SIZE: wholeNumber(1, 10_000).default(1_000),
  WEFT_JOB_LIFETIME_SECONDS: wholeNumber(10, 86_400).default(600),
  WEFT_MAX_LEDGER_AGE_SECONDS: wholeNumber(5, 3_600).default(120),
  WEFT_HALTED_AFTER_SECONDS: wholeNumber(30, 86_400).default(900),
  WEFT_GATEWAY_REQUESTS_PER_SECOND: wholeNumber(1, 10_000).default(50),
  WEFT_GATEWAY_CONCURRENT_REQUESTS: wholeNumber(1, 256).default(8),
  AWS_REGION: z.string().min(1),
  WEFT_AWS_ENDPOINT: z.url().optional(),
})

export interface DispatcherConfig {
  readonly environment: string
  readonly network: NetworkConfig
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly bucket: string
  readonly table: string
  readonly indexingQueueUrl: string
  readonly rangeSize: number
  readonly jobLifetimeMs: number
  readonly freshness: { readonly maxAgeMs: number; readonly haltedAfterMs: number; readonly maxAheadMs: number }
  /** What one process may ask of the Gateway. */
  readonly gateway: { readonly maxRequestsPerSecond: number; readonly maxConcurrentRequests: number }
  readonly aws: { readonly region: string; readonly endpoint: string | undefined }
}

/** @throws {ConfigError} naming every bad variable. @throws {NetworkConfigError} */
export function dispatcherConfig(environment: Readonly<Record<string, string | undefined>>): DispatcherConfig {
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
    rangeSize: read.WEFT_RANGE_SIZE,
    jobLifetimeMs: read.WEFT_JOB_LIFETIME_SECONDS * 1_000,
    freshness: {
      maxAgeMs: read.WEFT_MAX_LEDGER_AGE_SECONDS * 1_000,
      haltedAfterMs: read.WEFT_HALTED_AFTER_SECONDS * 1_000,
      maxAheadMs: 60_000,
    },
    gateway: {
      maxRequestsPerSecond: read.WEFT_GATEWAY_REQUESTS_PER_SECOND,
      maxConcurrentRequests: read.WEFT_GATEWAY_CONCURRENT_REQUESTS,
    },
    aws: { region: read.AWS_REGION, endpoint: read.WEFT_AWS_ENDPOINT },
  }
}
