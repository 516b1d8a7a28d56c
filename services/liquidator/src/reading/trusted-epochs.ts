import { type Clock, type EpochMemory, EpochRefusedError, type VersionedStore } from '@weft/domain'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A ledger that stood still resumes behind our clock; what keeps time for so long from there on is believed. */
const BELIEVED_BEHIND_AFTER_MS = HOUR_MS / 2
/** Epochs never come faster than they should *(inferred)*: one that is ahead must keep time for much longer. */
const BELIEVED_AHEAD_AFTER_MS = DAY_MS
/** Of an epoch: what rounds, clocks and the moment within the epoch at which it was read may shift its end by. */
const MARGIN = 0.2

/**
 * Holds the epoch that a Gateway tells against our own clock. Nothing is signed on one that is more than an hour off what follows from the
 * last trusted one: a payload for a later epoch could be kept and played weeks later.
 */
export class TrustedEpochs {
  readonly #store: VersionedStore<EpochMemory>
  readonly #clock: Clock
  readonly #epochMs: number

  constructor(store: VersionedStore<EpochMemory>, clock: Clock, epochMs: number) {
    this.#store = store
    this.#clock = clock
    this.#epochMs = epochMs
  }

  /**
   * When by our clock an intent for epochs from `startEpoch` to before `endEpoch` can commit no more: the later of what follows from the
   * trusted epoch and from `startEpoch` being now, with a margin.
   * @throws {EpochRefusedError} when `startEpoch` cannot be now.
   */
  async closedAtMs(startEpoch: number, endEpoch: number): Promise<number> {
    const nowMs = this.#clock.now()
    const trusted = await this.#trust(startEpoch, nowMs)
    const byMemoryMs = trusted.atMs + (endEpoch - trusted.epoch) * this.#epochMs
    const byWordMs = nowMs + (endEpoch - startEpoch) * this.#epochMs
    return Math.ceil(Math.max(byMemoryMs, byWordMs) + MARGIN * this.#epochMs)
  }

  async #trust(epoch: number, nowMs: number): Promise<EpochMemory['trusted']> {
    const stored = await this.#store.read()
    const now = { epoch, atMs: nowMs }
    const memory = stored?.value
    const offMs = memory ? this.#offMs(memory.trusted, now) : 0
    if (memory && Math.abs(offMs) > HOUR_MS && !this.#keepsTime(memory.doubted, now, offMs)) {
      const isKnown = memory.doubted && Math.abs(this.#offMs(memory.doubted, now)) <= HOUR_MS
      if (!isKnown) await this.#store.replace({ ...memory, doubted: now }, stored.version)
      throw new EpochRefusedError(epoch, offMs)
    }
    // Epochs that last a little longer add up; one that is ahead must not be got used to.
    const isMoved =
      !memory || Math.abs(offMs) > HOUR_MS || offMs < -this.#epochMs || nowMs - memory.trusted.atMs > DAY_MS
    if (!isMoved) return memory.trusted
    await this.#store.replace({ schemaVersion: 1, trusted: now, doubted: null }, stored?.version ?? 0)
    // By the former memory, if there is one: it is what this epoch was believed on.
    return memory && Math.abs(offMs) <= HOUR_MS ? memory.trusted : now
  }

  #keepsTime(doubted: EpochMemory['doubted'], now: EpochMemory['trusted'], offMs: number): boolean {
    if (!doubted || Math.abs(this.#offMs(doubted, now)) > HOUR_MS) return false
    return now.atMs - doubted.atMs >= (offMs < 0 ? BELIEVED_BEHIND_AFTER_MS : BELIEVED_AHEAD_AFTER_MS)
  }

  /** How far `now` is ahead of what follows from `then`; negative behind. */
  #offMs(then: EpochMemory['trusted'], now: EpochMemory['trusted']): number {
    return (now.epoch - then.epoch) * this.#epochMs - (now.atMs - then.atMs)
  }
}
