import { NetworkName, parseEnvironment, wholeNumber } from '@weft/domain'
import { chosenNetwork, type NetworkConfig } from '@weft/radix'
import * as z from 'zod'
import { PolicySettings } from './policy.ts'

const Environment = z.object({
  WEFT_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be a short lower-case name'),
  WEFT_NETWORK: NetworkName,
  WEFT_NETWORK_CONFIG: z.string().optional(),
  WEFT_GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEFT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  WEFT_RECORDS_TABLE: z.string().min(3),
  WEFT_MODE_PARAMETER: z.string().startsWith('/'),
  WEFT_SEED_PHRASE_PARAMETER: z.string().startsWith('/'),
  WEFT_ACCOUNT_INDEX: wholeNumber(0, 2 ** 31 - 1).default(0),
  WEFT_LIQUIDATION_POLICY: jsonText().pipe(PolicySettings).default(PolicySettings.parse({})),
  WEFT_GATEWAY_REQUESTS_PER_SECOND: wholeNumber(1, 10_000).default(50),
  WEFT_GATEWAY_CONCURRENT_REQUESTS: wholeNumber(1, 256).default(8),
  AWS_REGION: z.string().min(1),
  WEFT_AWS_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Set by Lambda; tells one instance from another. */
  AWS_LAMBDA_LOG_STREAM_NAME: z.string().default(`pid-${process.pid}`),
})

export interface LiquidatorConfig {
  readonly environment: string
  readonly network: NetworkConfig
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly recordsTable: string
  readonly modeParameter: string
  readonly seedPhraseParameter: string
  readonly accountIndex: number
  readonly settings: PolicySettings
  /** Names this process in claims, for people. */
  readonly owner: string
  /** What one process may ask of the Gateway. */
  readonly gateway: { readonly maxRequestsPerSecond: number; readonly maxConcurrentRequests: number }
  readonly aws: { readonly region: string; readonly endpoint: string | undefined }
}

/** The only reader of the environment. @throws {ConfigError} naming every bad variable. @throws {NetworkConfigError} */
export function liquidatorConfig(environment: Readonly<Record<string, string | undefined>>): LiquidatorConfig {
  const read = parseEnvironment(Environment, environment)
  return {
    environment: read.WEFT_ENVIRONMENT,
    network: chosenNetwork({
      network: read.WEFT_NETWORK,
      gatewayUrl: read.WEFT_GATEWAY_URL,
      configJson: read.WEFT_NETWORK_CONFIG,
    }),
    logLevel: read.WEFT_LOG_LEVEL,
    recordsTable: read.WEFT_RECORDS_TABLE,
    modeParameter: read.WEFT_MODE_PARAMETER,
    seedPhraseParameter: read.WEFT_SEED_PHRASE_PARAMETER,
    accountIndex: read.WEFT_ACCOUNT_INDEX,
    settings: read.WEFT_LIQUIDATION_POLICY,
    owner: read.AWS_LAMBDA_LOG_STREAM_NAME,
    gateway: {
      maxRequestsPerSecond: read.WEFT_GATEWAY_REQUESTS_PER_SECOND,
      maxConcurrentRequests: read.WEFT_GATEWAY_CONCURRENT_REQUESTS,
    },
    aws: { region: read.AWS_REGION, endpoint: read.WEFT_AWS_ENDPOINT },
  }
}

function jsonText() {
  return z.string().transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON object' })
      return z.NEVER
    }
  })
}
