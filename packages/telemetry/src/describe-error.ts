/** An error as data: name, message, stack and causes, and nothing else of what a library may have hung on it. */
export interface DescribedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly cause?: DescribedError
  readonly errors?: readonly DescribedError[]
}

/** Only the outermost error keeps its stack: a cause's adds length and says the same. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: 'NotAnError', message: String(error) }
  return {
    name: error.name,
    message: error.message,
    ...(depth === 0 && error.stack ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < 5 ? { cause: describeError(error.cause, depth + 1) } : {}),
    ...(error instanceof AggregateError && depth < 5
      ? { errors: error.errors.slice(0, 5).map((each) => describeError(each, depth + 1)) }
      : {}),
  }
}
