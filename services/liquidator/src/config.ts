import { NetworkName, parseEnvironment, wholeNumber } from '@weft/domain'
import * as z from 'zod'
import { PolicySettings } from './policy.ts'

const LiquidatorEnvironment = z
  .object({
    WEFT_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a lower-case name such as stokenet'),
    WEFT_NETWORK: NetworkName,
    WEFT_NETWORK_CONFIG: z.string().optional(),
    WEFT_GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
    WEFT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    WEFT_RECORDS_TABLE: z.string().min(3),
    WEFT_MODE_PARAMETER: z.string().startsWith('/'),
    WEFT_SEED_PHRASE_PARAMETER: z.string().startsWith('/'),
    WEFT_ACCOUNT_INDEX: wholeNumber(0, 2 ** 31 - 1).default(0),
    WEFT_LIQUIDATION_POLICY: jsonText().pipe(PolicySettings).default(PolicySettings.parse({})),
    AWS_REGION: z.string().min(1),
    WEFT_AWS_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  })
  .refine((environment) => environment.WEFT_NETWORK !== 'local' || environment.WEFT_NETWORK_CONFIG !== undefined, {
    path: ['WEFT_NETWORK_CONFIG'],
    message: 'must hold a network configuration when WEFT_NETWORK is local: nobody ships that one',
  })

export interface LiquidatorConfig {
  readonly environment: string
  readonly network: NetworkName
  /** JSON text that replaces the configuration shipped for the network. */
  readonly networkConfigJson: string | undefined
  readonly gatewayUrl: string | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly recordsTable: string
  readonly modeParameter: string
  readonly seedPhraseParameter: string
  readonly accountIndex: number
  readonly settings: PolicySettings
  readonly aws: { readonly region: string; readonly endpoint: string | undefined }
}

/** The only reader of the environment. @throws {ConfigError} naming every bad variable at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): LiquidatorConfig {
  const read = parseEnvironment(LiquidatorEnvironment, environment)
  return {
    environment: read.WEFT_ENVIRONMENT,
    network: read.WEFT_NETWORK,
    networkConfigJson: read.WEFT_NETWORK_CONFIG,
    gatewayUrl: read.WEFT_GATEWAY_URL,
    logLevel: read.WEFT_LOG_LEVEL,
    recordsTable: read.WEFT_RECORDS_TABLE,
    modeParameter: read.WEFT_MODE_PARAMETER,
    seedPhraseParameter: read.WEFT_SEED_PHRASE_PARAMETER,
    accountIndex: read.WEFT_ACCOUNT_INDEX,
    settings: read.WEFT_LIQUIDATION_POLICY,
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
