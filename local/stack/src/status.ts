/** What the stack looks like at one moment, for the live view. */
export interface StackStatus {
  readonly scenario: string
  readonly elapsedMs: number
  readonly gatewayUrl: string
  readonly awsEndpoint: string
  readonly ledger: {
    readonly stateVersion: number
    readonly epoch: number
    readonly cdps: number
    readonly liquidatable: number
    readonly liquidations: number
    readonly liquidationsByOthers: number
  }
  /** Symbol → XRD, for the assets that moved since the start. */
  readonly moves: readonly { readonly symbol: string; readonly priceXrd: string; readonly percent: number }[]
  readonly runs: { readonly dispatched: number; readonly refused: number; readonly lastSeconds: number }
  readonly queues: Readonly<Record<'indexing' | 'liquidation', QueueStatus>>
  readonly candidates: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly liquidationsPerMinute: number
  readonly gatewayRequests: number
  /** Newest last; one line each, for people. */
  readonly recent: readonly string[]
}

export interface QueueStatus {
  readonly ready: number
  readonly inFlight: number
  readonly oldestAgeSeconds: number
}
