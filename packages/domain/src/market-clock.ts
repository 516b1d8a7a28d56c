const MINUTE_MS = 60_000

/**
 * What market, pool and feeds call "now": the consensus clock at whole minutes. Every age and expiry is counted from it.
 * @see docs/on-ledger-data.md, "Clock"
 */
export function marketNowMs(ledgerTimeMs: number): number {
  return Math.floor(ledgerTimeMs / MINUTE_MS) * MINUTE_MS
}
