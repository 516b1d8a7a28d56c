/** One measured figure beside the limit it is held to. */
export interface Claim {
  readonly what: string
  readonly measured: number
  readonly limit: number
  /** Which side of the limit is the right one. Default: at most. */
  readonly bound?: 'at-most' | 'at-least'
  readonly unit: string
}

/** Prints the benchmark as one line of JSON and sets the exit code by its claims. `context` is printed along. */
export function printClaims(
  benchmark: string,
  claims: readonly Claim[],
  context: Readonly<Record<string, unknown>> = {},
): void {
  const rows = claims.map((claim) => ({ ...claim, measured: round(claim.measured), met: isMet(claim) }))
  process.stdout.write(`${JSON.stringify({ benchmark, claims: rows, ...context })}\n`)
  if (rows.some((row) => !row.met)) process.exitCode = 1
}

/** Written so that a figure that could not be measured (NaN) meets nothing. */
function isMet({ measured, limit, bound }: Claim): boolean {
  return bound === 'at-least' ? measured >= limit : measured <= limit
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

/** Median of unsorted samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** Nearest-rank quantile. @param share 0–1 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
