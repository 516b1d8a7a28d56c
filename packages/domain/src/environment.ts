import * as z from 'zod'
import { NetworkName } from './sync-point.ts'

/** Something in the configuration cannot be used; the message names every place at once, with what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(what: string, problems: readonly string[]) {
    super(`${what}: ${problems.join('; ')}`)
    this.problems = problems
  }
}

/**
 * Reads a process environment through `schema`; an empty variable counts as absent. Values are never repeated in the error:
 * one of them may be a secret in the wrong place.
 * @throws {ConfigError} naming every bad variable.
 */
export function parseEnvironment<T extends z.ZodType>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<T> {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = schema.safeParse(present)
  if (result.success) return result.data
  throw new ConfigError(
    'Bad environment',
    result.error.issues.map((issue) => `${issue.path.join('.') || '(environment)'} ${issue.message}`),
  )
}

/** A whole number in an environment variable, within bounds. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
}

function isHttpUrl(text: string): boolean {
  return z.url({ protocol: /^https?$/ }).safeParse(text).success
}

/** What every service is told; each extends it by what it alone needs. Names and defaults are the ones that Terraform knows. */
export const ServiceVariables = z.object({
  WEFT_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be a short lower-case name'),
  WEFT_NETWORK: NetworkName,
  WEFT_NETWORK_CONFIG: z.string().optional(),
  /** One Gateway, or several in the order of preference, separated by commas. */
  WEFT_GATEWAY_URL: z
    .string()
    .refine((list) => list.split(',').every(isHttpUrl), 'must be one http or https URL, or several separated by commas')
    .optional(),
  WEFT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  WEFT_RECORDS_TABLE: z.string().min(3),
  WEFT_GATEWAY_REQUESTS_PER_SECOND: wholeNumber(1, 10_000).default(50),
  WEFT_GATEWAY_CONCURRENT_REQUESTS: wholeNumber(1, 256).default(8),
  AWS_REGION: z.string().min(1),
  WEFT_AWS_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
})
export type ServiceVariables = z.infer<typeof ServiceVariables>

export interface ServiceSettings {
  readonly environment: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly recordsTable: string
  /** What one process may ask of the Gateway. */
  readonly gateway: { readonly maxRequestsPerSecond: number; readonly maxConcurrentRequests: number }
  readonly aws: { readonly region: string; readonly endpoint: string | undefined }
}

export function serviceSettings(read: ServiceVariables): ServiceSettings {
  return {
    environment: read.WEFT_ENVIRONMENT,
    logLevel: read.WEFT_LOG_LEVEL,
    recordsTable: read.WEFT_RECORDS_TABLE,
    gateway: {
      maxRequestsPerSecond: read.WEFT_GATEWAY_REQUESTS_PER_SECOND,
      maxConcurrentRequests: read.WEFT_GATEWAY_CONCURRENT_REQUESTS,
    },
    aws: { region: read.AWS_REGION, endpoint: read.WEFT_AWS_ENDPOINT },
  }
}
