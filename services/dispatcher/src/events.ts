import type { Freshness, RunId } from '@weft/domain'
import type { GatewayState } from '@weft/radix'

/** The dispatcher's vocabulary; alarms and the console read these names. */
export type DispatcherEvent =
  | { event: 'dispatcher.gateway_changed'; host: string; state: GatewayState }
  | {
      event: 'dispatcher.run_dispatched'
      stateVersion: number
      ranges: number
      cdpCounter: number
      ledgerAgeMs: number
    }
  | { event: 'dispatcher.run_refused'; stateVersion: number; freshness: Freshness }
  | { event: 'dispatcher.run_failed' }
  /** The ledger does not answer; without `retryAfterMs` the next run takes this one's place. */
  | { event: 'dispatcher.run_put_off'; why: 'outage' | 'halted'; retryAfterMs?: number }
  | { event: 'dispatcher.cdp_counter_fell'; from: number; to: number; sinceRun: RunId }
  /** Of the market's state; what depends on one is unjudged or not done. The first twenty are named. */
  | { event: 'dispatcher.market_values_unreadable'; count: number; values: readonly string[] }
  | { event: 'dispatcher.second_prices_missing'; resources: readonly string[]; why: readonly string[] }
  | { event: 'dispatcher.price_untrusted'; resource: string; priceXrd: string | null; reasons: readonly string[] }
  | { event: 'dispatcher.price_trusted_again'; resource: string; priceXrd: string | null }
  /** A row of a list that does not parse was left out; `why` names the row and its path. */
  | { event: 'dispatcher.record_unreadable'; why: string }

/** How loud each event is; what is not named is `info`. */
export const DISPATCHER_LEVELS = {
  'dispatcher.gateway_changed': 'warn',
  'dispatcher.run_refused': 'warn',
  'dispatcher.run_put_off': 'warn',
  'dispatcher.second_prices_missing': 'warn',
  'dispatcher.run_failed': 'error',
  'dispatcher.cdp_counter_fell': 'error',
  'dispatcher.market_values_unreadable': 'error',
  'dispatcher.price_untrusted': 'error',
  'dispatcher.record_unreadable': 'error',
} as const
