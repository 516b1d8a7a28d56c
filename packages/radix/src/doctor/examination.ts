import type {
  CdpReading,
  ConfirmedHealth,
  HealthVerdict,
  MarketSnapshot,
  NftContents,
  ResourceAddress,
  SyncPoint,
} from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import type { NetworkConfig } from '../network-config.ts'
import type { Evidence } from './evidence.ts'
import type { KnownTransaction } from './known-transactions.ts'
import type { PoolRatios } from './pool-getters.ts'
import type { TransactionFacts } from './transaction-facts.ts'

/** The outcome of one step of the reading; a step that failed takes nothing else down. */
export type Step<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly why: string }

/** All that was read, once, by the readers of the services. */
export interface Examination {
  readonly network: NetworkConfig
  readonly at: SyncPoint
  readonly evidence: Evidence
  readonly market: Step<MarketSnapshot>
  /** A sample: the youngest ids. */
  readonly cdps: Step<readonly CdpReading[]>
  readonly nfts: Step<NftContents>
  /** Our own judgement of the sample. */
  readonly verdicts: readonly HealthVerdict[]
  /** The market's own of some of them. */
  readonly confirmed: Step<readonly ConfirmedHealth[]>
  /** The market's own price of some assets. */
  readonly asked: Step<ReadonlyMap<ResourceAddress, Decimal>>
  /** Deposit unit ratios as the pool's getters answer them. */
  readonly ratios: Step<PoolRatios>
  readonly venues: readonly VenueAnswer[]
  readonly transactions: readonly TransactionReading[]
}

/** Whether a configured exit venue answers. */
export interface VenueAnswer {
  readonly name: string
  readonly answer: Step<string>
}

/** What the network knows of one of the known transactions. */
export interface TransactionReading {
  readonly known: KnownTransaction
  readonly facts: Step<TransactionFacts>
}
