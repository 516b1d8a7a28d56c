import { LedgerRequestError } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'

/** Moments asked about are rounded down to this, so that many questions in a row cost one request. */
const GRAIN_MS = 30_000

/** What the ledger clock showed in the past, read through a Gateway. */
export class GatewayPast {
  readonly #client: GatewayClient
  #last: { readonly momentMs: number; readonly ledgerTimeMs: Promise<number> } | undefined

  constructor(client: GatewayClient) {
    this.#client = client
  }

  /**
   * Ledger time, unix ms, of the last state at or before `unixMs`, give or take half a minute; the moment itself where the ledger is
   * younger than that. Throws what {@link GatewayClient} throws.
   */
  ledgerTimeAt(unixMs: number): Promise<number> {
    const momentMs = unixMs - (unixMs % GRAIN_MS)
    if (this.#last?.momentMs === momentMs) return this.#last.ledgerTimeMs
    const asked = { momentMs, ledgerTimeMs: this.#ask(momentMs) }
    this.#last = asked
    asked.ledgerTimeMs.catch(() => {
      if (this.#last === asked) this.#last = undefined
    })
    return asked.ledgerTimeMs
  }

  async #ask(momentMs: number): Promise<number> {
    try {
      const { ledger_state: state } = await this.#client.streamTransactions({
        at_ledger_state: { timestamp: new Date(momentMs) },
        kind_filter: 'All',
        limit_per_page: 1,
      })
      return Date.parse(state.proposer_round_timestamp)
    } catch (error) {
      if (error instanceof LedgerRequestError && error.message.includes('before the start of the ledger'))
        return momentMs
      throw error
    }
  }
}
