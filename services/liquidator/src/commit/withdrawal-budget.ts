import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, Decimal, type SignedWithdrawals, type VersionedStore, WithdrawalCapError } from '@weft/domain'

const HOUR_MS = 3_600_000
const SLICE_MS = 300_000
/** How stale what planning goes by may be; signing itself always asks. */
const MAX_AGE_MS = 5_000
/** Ten workers may sign at once. */
const TRIES = 12
const LONGEST_WAIT_MS = 40

/** The withdrawal could not be booked: other workers booked again and again. The message comes back. */
export class WithdrawalsContendedError extends Error {
  override readonly name = 'WithdrawalsContendedError'
}

/**
 * What all workers together may sign to be withdrawn within an hour, XRD. It is booked before the signature, in one record that each
 * worker replaces only as it saw it: so the cap holds whatever a Gateway says, and however many sign at once. The oldest slice counts until
 * its end is an hour past.
 */
export class WithdrawalBudget {
  readonly #store: VersionedStore<SignedWithdrawals>
  readonly #clock: Clock
  readonly #limitXrd: Decimal
  #seen: { readonly atMs: number; readonly usedXrd: Decimal } | undefined

  constructor(store: VersionedStore<SignedWithdrawals>, clock: Clock, limitXrd: Decimal) {
    this.#store = store
    this.#clock = clock
    this.#limitXrd = limitXrd
  }

  /** What is left, as of some seconds ago: for planning. */
  async leftXrd(): Promise<Decimal> {
    const nowMs = this.#clock.now()
    if (!this.#seen || Math.abs(nowMs - this.#seen.atMs) >= MAX_AGE_MS) {
      const slices = recent((await this.#store.read())?.value, nowMs)
      this.#seen = { atMs: nowMs, usedXrd: total(slices) }
    }
    return Decimal.max(Decimal.ZERO, this.#limitXrd.minus(this.#seen.usedXrd))
  }

  /** @throws {WithdrawalCapError} when it would exceed the cap. @throws {WithdrawalsContendedError} */
  async book(valueXrd: Decimal): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const nowMs = this.#clock.now()
      const stored = await this.#store.read()
      const slices = recent(stored?.value, nowMs)
      const usedXrd = total(slices)
      this.#seen = { atMs: nowMs, usedXrd }
      if (usedXrd.plus(valueXrd).gt(this.#limitXrd))
        throw new WithdrawalCapError(String(usedXrd), String(valueXrd), String(this.#limitXrd))
      const startMs = Math.floor(nowMs / SLICE_MS) * SLICE_MS
      const now = slices.find((slice) => slice.startMs === startMs)
      const others = slices.filter((slice) => slice !== now)
      const booked = [...others, { startMs, valueXrd: valueXrd.plus(now?.valueXrd ?? Decimal.ZERO) }]
      if (await this.#store.replace({ schemaVersion: 1, slices: booked }, stored?.version ?? 0)) {
        this.#seen = { atMs: nowMs, usedXrd: usedXrd.plus(valueXrd) }
        return
      }
      await sleep(Math.random() * LONGEST_WAIT_MS)
    }
    throw new WithdrawalsContendedError(`A withdrawal could not be booked in ${TRIES} tries: others booked meanwhile.`)
  }
}

type Slices = SignedWithdrawals['slices']

/** A slice in the future is of a clock that ran ahead: it counts until its time is over. */
function recent(stored: SignedWithdrawals | undefined, nowMs: number): Slices {
  return (stored?.slices ?? []).filter(({ startMs }) => startMs + SLICE_MS > nowMs - HOUR_MS)
}

function total(slices: Slices): Decimal {
  return Decimal.sum(slices.map(({ valueXrd }) => valueXrd))
}
