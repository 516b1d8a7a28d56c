import { type LedgerMoment, type LedgerPast, LedgerRequestError } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'

/** Moments asked about are rounded down to this, so that many questions in a row cost one request. */
const GRAIN_MS = 30_000

/** What the ledger was like in the past, read through a Gateway. Throws what {@link GatewayClient} throws. */
export class GatewayPast implements LedgerPast {
  readonly #client: GatewayClient
  #last: { readonly roundedMs: number; readonly moment: Promise<LedgerMoment | undefined> } | undefined

  constructor(client: GatewayClient) {
    this.#client = client
  }

  momentAt(unixMs: number): Promise<LedgerMoment | undefined> {
    const roundedMs = unixMs - (unixMs % GRAIN_MS)
    if (this.#last?.roundedMs === roundedMs) return this.#last.moment
    const asked = { roundedMs, moment: this.#ask(roundedMs) }
    this.#last = asked
    asked.moment.catch(() => {
      if (this.#last === asked) this.#last = undefined
    })
    return asked.moment
  }

  async #ask(unixMs: number): Promise<LedgerMoment | undefined> {
    try {
      const { ledger_state: state } = await this.#client.streamTransactions({
        at_ledger_state: { timestamp: new Date(unixMs) },
        kind_filter: 'All',
        limit_per_page: 1,
      })
      return { ledgerTimeMs: Date.parse(state.proposer_round_timestamp), epoch: state.epoch }
    } catch (error) {
      if (error instanceof LedgerRequestError && error.message.includes('before the start of the ledger'))
        return undefined
      throw error
    }
  }
}
