import type { CommittedTransaction } from '../view.ts'
import { ADDRESSES } from './addressbook.ts'
import type { Chain } from './chain.ts'
import type { LiquidationRecord } from './control.ts'
import { cdpNumber } from './execution/execution.ts'
import type { Step } from './execution/steps.ts'
import { judge } from './market/health.ts'
import { fingerprintOf } from './market/liquidatable.ts'
import { MarketError } from './market/state.ts'

/** CDP ids that a manifest means to liquidate. */
export function liquidationTargets(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'call' || step.address !== ADDRESSES.market) return []
    const [first] = step.args
    const liquidates = step.method === 'liquidate' || step.method === 'liquidate_nft'
    return liquidates && first?.kind === 'local-id' ? [first.value] : []
  })
}

interface Attempt {
  readonly intentHash: string
  readonly signer: string
  readonly cdpId: string
  /** Tip when it was submitted. */
  readonly submittedAt: number
  liquidatedAt: number | undefined
  isDuplicate: boolean
}

/** What was tried and done against CDPs below their threshold; it judges the liquidators, not the market. */
export class LiquidationLog {
  readonly #chain: () => Chain
  readonly #isAlive: (intentHash: string) => boolean
  readonly #records: LiquidationRecord[] = []
  readonly #attempts = new Map<string, Attempt[]>()
  readonly #twice = new Set<string>()
  readonly #repeated = new Set<string>()
  /** Liquidations of each CDP that has not been healthy since. */
  readonly #open = new Map<string, LiquidationRecord[]>()
  /** State version of each open CDP's data when it was last judged. */
  readonly #judgedAt = new Map<string, number>()
  #fingerprint = ''
  #before = new Map<string, string>()

  constructor(chain: () => Chain, isAlive: (intentHash: string) => boolean) {
    this.#chain = chain
    this.#isAlive = isAlive
  }

  /** An intent of `signer` against some CDPs was accepted. */
  submitted(intentHash: string, signer: string, cdpIds: readonly string[]): void {
    for (const cdpId of new Set(cdpIds)) {
      const earlier = this.#attempts.get(cdpId) ?? []
      const isDuplicate = earlier.some(
        (other) => other.signer === signer && other.intentHash !== intentHash && this.#isAlive(other.intentHash),
      )
      const submittedAt = this.#chain().history.tipVersion
      earlier.push({ intentHash, signer, cdpId, submittedAt, liquidatedAt: undefined, isDuplicate })
      this.#attempts.set(cdpId, earlier)
    }
  }

  /** Remembers the LTVs that a manifest is about to change. */
  beforeCommit(steps: readonly Step[]): void {
    this.#before = new Map(liquidationTargets(steps).map((cdpId) => [cdpId, this.#ltv(cdpId)]))
  }

  committed(transaction: CommittedTransaction, steps: readonly Step[]): void {
    if (transaction.status !== 'CommittedSuccess' || !transaction.user) return
    const by = transaction.feeChanges[0]?.entity ?? ''
    for (const cdpId of new Set(liquidationTargets(steps))) {
      const record: LiquidationRecord = {
        cdpId,
        transactionId: transaction.user.intentHash,
        stateVersion: transaction.stateVersion,
        by,
        liquidationLtvBefore: this.#before.get(cdpId) ?? '0',
        liquidationLtvAfter: this.#ltv(cdpId),
      }
      this.#compare(record)
      this.#records.push(record)
      this.#open.set(cdpId, [...(this.#open.get(cdpId) ?? []), record])
    }
    this.closeHealthy()
  }

  /** Ends the excursions of CDPs that are healthy now; called after every round and commit, so it judges only what may have changed. */
  closeHealthy(): void {
    if (this.#open.size === 0) return
    const chain = this.#chain()
    const fingerprint = fingerprintOf(chain.market())
    for (const cdpId of this.#open.keys()) {
      const written = chain.store.cdps.lastWriteAt(cdpNumber(cdpId), chain.history.tipVersion) ?? 0
      if (fingerprint === this.#fingerprint && written === this.#judgedAt.get(cdpId)) continue
      this.#judgedAt.set(cdpId, written)
      if (!this.#isBelowThreshold(cdpId)) this.#open.delete(cdpId)
    }
    this.#fingerprint = fingerprint
  }

  get records(): readonly LiquidationRecord[] {
    return this.#records
  }

  get twiceInOneExcursion(): readonly string[] {
    return [...this.#twice]
  }

  get repeatedly(): readonly string[] {
    return [...this.#repeated]
  }

  get duplicateIntents(): number {
    return [...this.#attempts.values()].flat().filter(({ isDuplicate }) => isDuplicate).length
  }

  /** Two liquidations by one signer are a double effect when the second was submitted before the first was on the ledger. */
  #compare(record: LiquidationRecord): void {
    const { cdpId, transactionId, stateVersion } = record
    const attempts = this.#attempts.get(cdpId) ?? []
    const attempt = attempts.find(({ intentHash }) => intentHash === transactionId)
    for (const earlier of this.#open.get(cdpId) ?? []) {
      this.#repeated.add(cdpId)
      if (earlier.by !== record.by || !attempt || attempt.submittedAt >= earlier.stateVersion) continue
      this.#twice.add(cdpId)
      attempt.isDuplicate = true
    }
    if (attempt) attempt.liquidatedAt = stateVersion
  }

  #isBelowThreshold(cdpId: string): boolean {
    const chain = this.#chain()
    const cdp = chain.store.cdps.latest(cdpNumber(cdpId))
    if (!cdp) return false
    try {
      return judge(chain.market(), cdp).liquidationLtv.attos > 10n ** 18n
    } catch (error) {
      // Without a price nobody knows; the excursion goes on.
      if (error instanceof MarketError) return true
      throw error
    }
  }

  #ltv(cdpId: string): string {
    const chain = this.#chain()
    try {
      const cdp = chain.store.cdps.latest(cdpNumber(cdpId))
      return cdp ? judge(chain.market(), cdp).liquidationLtv.toString() : '0'
    } catch (error) {
      if (error instanceof MarketError) return 'unknown'
      throw error
    }
  }
}
