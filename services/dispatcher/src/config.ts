import { parseEnvironment, type ServiceSettings, ServiceVariables, serviceSettings, wholeNumber } from '@weft/domain'
import { type NetworkConfig, networkOfService } from '@weft/radix'
import * as z from 'zod'

const Environment = ServiceVariables.extend({
  WEFT_SNAPSHOTS_BUCKET: z.string().min(3),
  WEFT_INDEXING_QUEUE_URL: z.url(),
  WEFT_RANGE_SIZE: wholeNumber(1, 10_000).default(1_000),
  WEFT_JOB_LIFETIME_SECONDS: wholeNumber(10, 86_400).default(600),
  WEFT_MAX_LEDGER_AGE_SECONDS: wholeNumber(5, 3_600).default(120),
  WEFT_HALTED_AFTER_SECONDS: wholeNumber(30, 86_400).default(900),
})

/** Every variable that `dispatcherConfig` reads: Terraform sets these and no others. */
export const DISPATCHER_VARIABLES: readonly string[] = Object.keys(Environment.shape)

export interface DispatcherConfig extends ServiceSettings {
  readonly network: NetworkConfig
  readonly bucket: string
  readonly indexingQueueUrl: string
  readonly rangeSize: number
  readonly jobLifetimeMs: number
  readonly freshness: { readonly maxAgeMs: number; readonly haltedAfterMs: number; readonly maxAheadMs: number }
}

/** @throws {ConfigError} naming every bad variable. @throws {NetworkConfigError} */
export function dispatcherConfig(environment: Readonly<Record<string, string | undefined>>): DispatcherConfig {
  const read = parseEnvironment(Environment, environment)
  return {
    ...serviceSettings(read),
    network: networkOfService(read),
    bucket: read.WEFT_SNAPSHOTS_BUCKET,
    indexingQueueUrl: read.WEFT_INDEXING_QUEUE_URL,
    rangeSize: read.WEFT_RANGE_SIZE,
    jobLifetimeMs: read.WEFT_JOB_LIFETIME_SECONDS * 1_000,
    freshness: {
      maxAgeMs: read.WEFT_MAX_LEDGER_AGE_SECONDS * 1_000,
      haltedAfterMs: read.WEFT_HALTED_AFTER_SECONDS * 1_000,
      maxAheadMs: 60_000,
    },
  }
}
