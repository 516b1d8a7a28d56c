import * as z from 'zod'

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
