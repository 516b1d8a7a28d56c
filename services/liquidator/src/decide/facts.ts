import type {
  CandidateMessage,
  CdpHealth,
  CdpStanding,
  Decimal,
  OperatingMode,
  QuarantineEntry,
  ResourceAddress,
  SyncPoint,
} from '@weft/domain'
import type { LiquidationOutcome, UntrustedAsset } from '../outcome/outcome.ts'
import type { TipLook, TipReading } from '../reading/tip-reading.ts'
import type { Looks } from './looks.ts'
import type { PlanAndPreview } from './plan-and-preview.ts'
import type { Rehearsed } from './rehearse.ts'

/** What the guards are asked about: a candidate, or a CDP that an operator wants to have explained. */
export interface Subject extends Pick<CandidateMessage, 'cdpId' | 'stateVersion' | 'detectedAtMs'> {
  /**
   * Has the CDP wait for an operator's word on these prices; nothing is written when nobody acts on what the guards say.
   * @param entry what the quarantine held when it was asked.
   */
  holdBack(assets: readonly UntrustedAsset[], entry: QuarantineEntry | undefined): Promise<void>
  /** How often the market may still be looked at. */
  readonly looks: Looks
}

/** What the guards learn on their way, each from those before it. */
export interface Facts {
  readonly mode: OperatingMode
  readonly tip: SyncPoint
  readonly standing: CdpStanding
  readonly look: TipLook
  /** The look that health and plan are made on: a later one, when the first was in doubt. */
  readonly reading: TipReading
  readonly health: CdpHealth
  readonly lossesTodayXrd: Decimal
  /** Fungible balances of the operator's account. */
  readonly balances: ReadonlyMap<ResourceAddress, Decimal>
  /** The last plan that was tried, and what the ledger made of it. */
  readonly tried: PlanAndPreview
  /** A plan whose dry run did what was planned. */
  readonly rehearsed: Rehearsed
}

/** What a guard says: whether it stops the candidate, and what it learned, which it may have done all the same. */
export interface Finding {
  readonly stop?: LiquidationOutcome
  readonly learned?: Partial<Facts>
}

export function knows<Need extends keyof Facts>(
  facts: Partial<Facts>,
  needs: readonly Need[],
): facts is Partial<Facts> & Pick<Facts, Need> {
  return needs.every((need) => facts[need] !== undefined)
}

/** @throws {Error} when the chain passed without having learned what it is there to learn: a fault of ours. */
export function known<Need extends keyof Facts>(facts: Partial<Facts>, needs: readonly Need[]): Pick<Facts, Need> {
  if (knows(facts, needs)) return facts
  throw new Error(`The guards passed a CDP without ${needs.filter((need) => facts[need] === undefined).join(', ')}.`)
}
