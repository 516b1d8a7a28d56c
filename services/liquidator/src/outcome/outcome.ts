import type {
  CdpId,
  CdpStanding,
  ConsideredAlternative,
  Decimal,
  ExecutionRecord,
  Freshness,
  IntentHash,
  LiquidationPlan,
  ResourceAddress,
} from '@weft/domain'

/**
 * What became of one candidate. Every kind acknowledges the message; a throw returns it.
 * One kind per guard, so that a record of outcomes says which rule stopped what.
 */
export type LiquidationOutcome =
  | LiquidatedOutcome
  /** Committed as a failure, or rejected for good: nothing moved but the fee. */
  | {
      readonly kind: 'failed'
      readonly attempt: number
      readonly intentHash: IntentHash
      readonly reason: string
      readonly feeXrd: Decimal
    }
  /** The intent's epoch window ended without a commit; it can never commit. */
  | {
      readonly kind: 'expired'
      readonly attempt: number
      readonly intentHash: IntentHash
      readonly endEpochExclusive: number
    }
  | { readonly kind: 'paused' }
  | DryRunOutcome
  | LedgerNotFreshOutcome
  | { readonly kind: 'quarantined'; readonly assets: readonly UntrustedAsset[] }
  | StaleOutcome
  /** The CDP cannot be judged: unknown, never healthy. */
  | { readonly kind: 'unjudged'; readonly why: string }
  /** The ledger's own `get_cdp` contradicts our model of the market: no plan is made on it. */
  | {
      readonly kind: 'health-disagreement'
      readonly ourLiquidationLtv: Decimal
      readonly ledgerLiquidationLtv: Decimal
    }
  | HeldOutcome
  | GovernedOutcome
  | { readonly kind: 'wallet-low'; readonly balanceXrd: Decimal; readonly floorXrd: Decimal }
  | {
      readonly kind: 'unprofitable'
      readonly bestProfitXrd: Decimal | undefined
      readonly minProfitXrd: Decimal
      readonly alternatives: readonly ConsideredAlternative[]
    }
  | { readonly kind: 'impossible'; readonly why: string; readonly alternatives: readonly ConsideredAlternative[] }
  | { readonly kind: 'preview-failed'; readonly error: string }
  | PreviewMismatchOutcome
  /** The epoch that the Gateway tells does not go with our clock. */
  | { readonly kind: 'epoch-refused'; readonly why: string }
  /** The signer's allow-list refused the manifest: funds could have gone elsewhere. */
  | { readonly kind: 'outflow-refused'; readonly why: string }

export interface LiquidatedOutcome {
  readonly kind: 'liquidated'
  readonly attempt: number
  readonly intentHash: IntentHash
  readonly committedStateVersion: number
  readonly expectedProfitXrd: Decimal
  /** From the committed receipt's balance changes, at the plan's prices. */
  readonly realisedProfitXrd: Decimal
  readonly feeXrd: Decimal
}

/** Everything but the signature. */
export interface DryRunOutcome {
  readonly kind: 'dry-run'
  readonly plan: LiquidationPlan
  readonly alternatives: readonly ConsideredAlternative[]
  readonly manifest: string
  readonly previewFeeXrd: Decimal
}

export interface LedgerNotFreshOutcome {
  readonly kind: 'ledger-not-fresh'
  readonly freshness: Exclude<Freshness['kind'], 'fresh'> | 'quiet-period'
  /** Age of the ledger clock; negative when it runs ahead of ours. */
  readonly ageMs: number
}

export interface StaleOutcome {
  readonly kind: 'stale'
  /** `superseded`: found before our own last liquidation of this CDP committed, so it is no evidence for another. */
  readonly reason: 'burned' | 'recovered' | 'superseded'
  readonly candidateStateVersion: number
  readonly atStateVersion: number
}

export interface UntrustedAsset {
  readonly resource: ResourceAddress
  readonly why: string
  /** XRD; absent when it has none. */
  readonly priceXrd?: Decimal
  /** The feed's newer value, which the next transaction may put into force. */
  readonly pendingXrd?: Decimal
}

/** Somebody else's work on this CDP is not over; that work's own message, or the sweep, brings it to an end. */
export interface HeldOutcome {
  readonly kind: 'held'
  /** `intent`: a live intent that a liquidator in dry-run may not submit again. */
  readonly by: 'worker' | 'intent'
  readonly detail: string
}

export interface GovernedOutcome {
  readonly kind: 'governed'
  readonly governor: 'attempts-per-cdp' | 'fees-per-hour' | 'losses-per-day' | 'own-funds-per-hour'
  readonly used: string
  readonly limit: string
}

export interface PreviewMismatchOutcome {
  readonly kind: 'preview-mismatch'
  readonly resource: ResourceAddress
  readonly plannedChange: Decimal
  readonly previewedChange: Decimal
}

/** A guard either lets the candidate pass, with what it learned, or ends it with an outcome of its own; it may have learned it all the same. */
export type GuardVerdict<Learned> = { readonly kind: 'pass'; readonly value: Learned } | Stop<Learned>

export interface Stop<Learned = never> {
  readonly kind: 'stop'
  readonly outcome: LiquidationOutcome
  readonly value?: Learned
}

export function pass<Learned>(value: Learned): GuardVerdict<Learned> {
  return { kind: 'pass', value }
}

export function stop<Learned = never>(outcome: LiquidationOutcome, value?: Learned): Stop<Learned> {
  return { kind: 'stop', outcome, ...(value === undefined ? {} : { value }) }
}

/** Another worker has it. */
export function heldByWorker({ owner, leaseUntilMs }: NonNullable<CdpStanding['holder']>): HeldOutcome {
  return { kind: 'held', by: 'worker', detail: `claimed by ${owner} until ${new Date(leaseUntilMs).toISOString()}` }
}

/** Its own earlier transaction is not final. */
export function heldByIntent({ attempt, state, signed }: ExecutionRecord): HeldOutcome {
  const until = signed?.closedAtMs ? ` until ${new Date(signed.closedAtMs).toISOString()}` : ''
  return { kind: 'held', by: 'intent', detail: `attempt ${attempt} is ${state} and may still commit${until}` }
}

export interface CdpOutcome {
  readonly cdpId: CdpId
  readonly outcome: LiquidationOutcome
}
