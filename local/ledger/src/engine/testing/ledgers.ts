import type { Ledger, LedgerOptions } from '../control.ts'
import { createLedger } from '../ledger.ts'

/** A small ledger whose transactions commit at once and whose time passes only by calls; prices take effect immediately. */
export function instantLedger(options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  return createLedger({
    seed: 1,
    cdps: options.genesis?.cdps?.length ?? 0,
    roundMs: 0,
    commitDelayMs: { min: 0, max: 0 },
    startTimeMs: Date.UTC(2026, 8, 1),
    ...options,
    genesis: { priceDebounceSeconds: 0, ...options.genesis },
  })
}
