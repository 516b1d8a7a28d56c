import {
  AccountAddress,
  type CandidateMessage,
  type Cdp,
  type CdpId,
  cdpIdOf,
  Decimal,
  type ExecutionRecord,
  type MarketSnapshot,
  ResourceAddress,
  runIdOf,
} from '@weft/domain'

/** Specimens for specifications that need no ledger. */

export const ACCOUNT = AccountAddress.parse('account_loc129operatorspecimen')
export const XRD = ResourceAddress.parse('resource_loc1tknspecimen')
export const USDC = ResourceAddress.parse('resource_loc1tkusdcspecimen')
export const HUG = ResourceAddress.parse('resource_loc1tkhugspecimen')
export const USDC_DEPOSIT_UNIT = ResourceAddress.parse('resource_loc1tkusdcunitspecimen')

/** A market that knows nothing; `changes` says what it does know. */
export function anEmptyMarket(changes: Partial<MarketSnapshot> = {}): MarketSnapshot {
  return {
    schemaVersion: 2,
    syncPoint: { network: 'local', stateVersion: 10, epoch: 1, round: 1, ledgerTimeMs: 1_000 },
    xrd: XRD,
    cdpCounter: 0,
    rules: {
      priceExpirationPeriodMs: 14_400_000,
      priceCacheMode: { kind: 'debounce', debounceMs: 900_000 },
      defaultEfficiencyConfigId: null,
      maxClaimNftValue: null,
      protocolLiquidationBonusFeeRate: Decimal.parse('0.2'),
      protocolInterestFeeRate: Decimal.parse('0.2'),
    },
    prices: new Map(),
    priceFeeds: new Map(),
    resources: new Map(),
    collateralConfigs: { tracksHistory: true, current: new Map(), history: new Map() },
    loanConfigs: { tracksHistory: true, current: new Map(), history: new Map() },
    efficiencyGroups: new Map(),
    pools: new Map(),
    interestStrategies: new Map(),
    flashLoanTerm: null,
    collateralKinds: new Map(),
    nftKinds: new Map(),
    validators: new Map(),
    divisibilities: new Map(),
    services: { market: new Map(), loans: new Map(), collaterals: new Map(), pool: new Map() },
    unreadable: [],
    secondSourcePrices: new Map(),
    ...changes,
  }
}

/** CDP #7# that owes and pledges one unit of each resource named. */
export function aCdpOf(sides: { loans?: readonly ResourceAddress[]; collaterals?: readonly ResourceAddress[] }): Cdp {
  const configVersion = { entryVersion: 1, efficiencyMode: { kind: 'none' } } as const
  return {
    id: cdpIdOf(7),
    lastUpdatedAtStateVersion: 1,
    loans: new Map((sides.loans ?? []).map((each) => [each, { units: Decimal.ONE, configVersion: 1 }])),
    collaterals: new Map((sides.collaterals ?? []).map((each) => [each, { amount: Decimal.ONE, configVersion }])),
    nftCollaterals: new Map(),
  }
}

/** A candidate as an indexer queues it. */
export function aCandidateOf(cdpId: CdpId, stateVersion = 10, detectedAtMs = 1_000): CandidateMessage {
  return {
    schemaVersion: 1,
    runId: runIdOf(detectedAtMs, stateVersion),
    cdpId,
    stateVersion,
    ledgerTimeMs: detectedAtMs,
    marketSnapshotKey: 'markets/local/specimen.json.gz',
    liquidationLtv: Decimal.parse('1.05'),
    totalLoanValueXrd: Decimal.parse('100'),
    totalCollateralValueXrd: Decimal.parse('120'),
    detectedAtMs,
  }
}

/** The first attempt on CDP #7#, planned and nothing more; `changes` says what became of it. */
export function anExecution(changes: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const atMs = changes.updatedAtMs ?? 1_000
  return {
    schemaVersion: 1,
    cdpId: cdpIdOf(7),
    attempt: 1,
    state: 'planned',
    runId: runIdOf(atMs, 10),
    candidateStateVersion: 10,
    expectedProfitXrd: Decimal.ONE,
    planJson: '{}',
    signed: null,
    realised: null,
    reason: null,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    ...changes,
  }
}
