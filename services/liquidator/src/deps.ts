import type {
  CandidateEnds,
  Clock,
  Decimal,
  ExecutionJournal,
  ExitVenue,
  HealthOracle,
  LedgerTip,
  LiquidationPolicy,
  LiquidationStep,
  ModeSwitch,
  PinnedLedger,
  QuarantineStore,
  ResourceAddress,
  TransactionSigner,
} from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { FaultPort } from './commit/faults.ts'
import type { FollowLimits, Patience } from './commit/follow.ts'
import type { SpendLimits } from './decide/guards/governors.ts'
import type { FreshnessPolicy, LedgerPast } from './decide/guards/ledger-fresh.ts'
import type { PriceTrust } from './decide/guards/prices-plausible.ts'
import type { LiquidatorEvent } from './events.ts'
import type { MarketAtTip } from './reading/market-at-tip.ts'
import type { RecentSpending } from './reading/recent-spending.ts'

/** Everything one liquidation needs; an entry wires it with plain calls. */
export interface LiquidatorDeps {
  readonly mode: ModeSwitch
  readonly ledger: LedgerTip
  readonly past: LedgerPast
  readonly pinned: Pick<PinnedLedger, 'nftContents' | 'marketSnapshot'>
  readonly market: MarketAtTip
  readonly oracle: HealthOracle
  /** Within `work`, all that is read or previewed at the ledger's tip comes from one Gateway: two could contradict each other. */
  readonly onOneGateway: <T>(work: () => Promise<T>) => Promise<T>
  readonly prices: PriceTrust
  /** Where candidates wait that hang on a price which is not believed. */
  readonly quarantine: Pick<QuarantineStore, 'find' | 'hold'>
  readonly journal: ExecutionJournal
  /** Where every candidate's end is kept. */
  readonly ends: CandidateEnds
  readonly spending: RecentSpending
  readonly signer: TransactionSigner
  /** What the signer's caps leave of each resource for one transaction now. */
  readonly spendable: (resources: Iterable<ResourceAddress>) => Promise<ReadonlyMap<ResourceAddress, Decimal>>
  /** Exits in the order in which they are asked for quotes. */
  readonly venues: readonly ExitVenue[]
  /** Spells a plan's steps as a manifest of the operator's account. */
  readonly writeManifest: (steps: readonly LiquidationStep[]) => string
  readonly policy: LiquidationPolicy
  readonly limits: LiquidatorLimits
  readonly clock: Clock
  readonly patience: Patience
  readonly faults: FaultPort
  readonly log: EventLog<LiquidatorEvent>
  readonly metrics: Metrics
  /** Names this worker in claims, for people. */
  readonly owner: string
}

export interface LiquidatorLimits {
  readonly freshness: FreshnessPolicy
  readonly spend: SpendLimits
  readonly follow: FollowLimits
  /**
   * How long a claim lasts. Longer than a worker may live, so that a live worker is never overtaken; shorter than a message stays
   * hidden, so that the redelivered message of a dead worker finds the claim lapsed.
   */
  readonly leaseMs: number
  /** How long a CDP rests from which nothing can be gained: indexers leave it out for so long. 0 for not at all. */
  readonly restMs: number
  /** Epochs in which an intent may commit, the current one included; 2 are 5 to 10 minutes. */
  readonly windowEpochs: number
  /** Fraction by which a previewed change may differ from the planned one. */
  readonly previewTolerance: Decimal
  /** Fraction by which our liquidation LTV may differ from the ledger's. */
  readonly ltvTolerance: Decimal
}
