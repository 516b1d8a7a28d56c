import { parseEnvironment, type ServiceSettings, ServiceVariables, serviceSettings, wholeNumber } from '@weft/domain'
import { type NetworkConfig, networkOfService } from '@weft/radix'
import * as z from 'zod'
import { PolicySettings } from './policy.ts'
import { refuseForeignSubjects } from './policy-entries.ts'

const Environment = ServiceVariables.extend({
  WEFT_LIQUIDATION_QUEUE_URL: z.url(),
  WEFT_LIQUIDATION_DEAD_LETTERS_URL: z.url(),
  WEFT_MODE_PARAMETER: z.string().startsWith('/'),
  WEFT_SEED_PHRASE_PARAMETER: z.string().startsWith('/'),
  WEFT_ACCOUNT_INDEX: wholeNumber(0, 2 ** 31 - 1).default(0),
  WEFT_LIQUIDATION_POLICY: jsonText().pipe(PolicySettings).default(PolicySettings.parse({})),
  /** Set by Lambda; tells one instance from another. */
  AWS_LAMBDA_LOG_STREAM_NAME: z.string().default(`pid-${process.pid}`),
})

/** Every variable that `liquidatorConfig` reads: Terraform sets these and no others. */
export const LIQUIDATOR_VARIABLES: readonly string[] = Object.keys(Environment.shape)

export interface LiquidatorConfig extends ServiceSettings {
  readonly network: NetworkConfig
  /** Where candidates come from and, put off, go back to. */
  readonly queueUrl: string
  /** Where candidates go that can never succeed. */
  readonly deadLetterUrl: string
  readonly modeParameter: string
  readonly seedPhraseParameter: string
  readonly accountIndex: number
  readonly settings: PolicySettings
  /** Names this process in claims, for people. */
  readonly owner: string
}

/** The only reader of the environment. @throws {ConfigError} naming every bad variable. @throws {NetworkConfigError} */
export function liquidatorConfig(environment: Readonly<Record<string, string | undefined>>): LiquidatorConfig {
  const read = parseEnvironment(Environment, environment)
  const network = networkOfService(read)
  refuseForeignSubjects(read.WEFT_LIQUIDATION_POLICY, network.networkId)
  return {
    ...serviceSettings(read),
    network,
    queueUrl: read.WEFT_LIQUIDATION_QUEUE_URL,
    deadLetterUrl: read.WEFT_LIQUIDATION_DEAD_LETTERS_URL,
    modeParameter: read.WEFT_MODE_PARAMETER,
    seedPhraseParameter: read.WEFT_SEED_PHRASE_PARAMETER,
    accountIndex: read.WEFT_ACCOUNT_INDEX,
    settings: read.WEFT_LIQUIDATION_POLICY,
    owner: read.AWS_LAMBDA_LOG_STREAM_NAME,
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
