import { awsClients, DynamoExecutionJournal, RecordsTable } from '@weft/aws'
import { type Cloud, createResources, serviceEnvironment, startCloud } from '@weft/cloud'
import { dispatch, dispatcherConfig, wireDispatcher } from '@weft/dispatcher'
import {
  type CandidateMessage,
  Decimal,
  type IndexRangeJob,
  NonFungibleLocalId,
  nftContentOf,
  type PinnedLedger,
  ResourceAddress,
} from '@weft/domain'
import { indexerConfig, indexRange, wireIndexer } from '@weft/indexer'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { type LiquidatorDeps, liquidate, liquidatorConfig, wireLiquidator } from '@weft/liquidator'
import { MemoryEventLog, MemoryMetrics } from '@weft/telemetry'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** A public BIP-39 test vector. */
const SEED_PHRASE = `${'zoo '.repeat(23)}vote`

let cloud: Cloud
let ledger: Ledger
let server: LedgerServer
beforeAll(async () => {
  cloud = await startCloud()
  ledger = await createLedger({
    seed: 11,
    cdps: 12,
    roundMs: 0,
    commitDelayMs: { min: 0, max: 0 },
    genesis: { priceDebounceSeconds: 0, collateralKinds: ['registered-nft'] },
  })
  server = await startLedgerServer(ledger)
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
  await cloud?.close()
})

/** The three services with the adapters and configuration path of production; jobs and candidates are handed on by the test. */
async function services() {
  const resources = await createResources(cloud, { environment: 'registered-nft' })
  const environment = {
    ...serviceEnvironment(cloud, resources),
    WEFT_NETWORK: 'local',
    WEFT_NETWORK_CONFIG: JSON.stringify(networkFileOf(ledger.addresses, server.url)),
    WEFT_GATEWAY_REQUESTS_PER_SECOND: '10000',
    // Receipts worth more than the caps that are on by default.
    WEFT_LIQUIDATION_POLICY: JSON.stringify({
      ownFundsShare: '1',
      maxOwnXrdPerTransaction: '10000000',
      maxCompensationXrd: '10000000',
    }),
  }
  const config = liquidatorConfig(environment)
  const aws = awsClients(config.aws)
  const clock = { now: () => ledger.tip().timestampMs }
  const surroundings = { aws, clock, metrics: new MemoryMetrics() }
  const jobs: IndexRangeJob[] = []
  const candidates: CandidateMessage[] = []
  const dispatcher = wireDispatcher(dispatcherConfig(environment), { ...surroundings, log: new MemoryEventLog() })
  const indexer = wireIndexer(indexerConfig(environment), { ...surroundings, log: new MemoryEventLog() })
  const liquidator = await wireLiquidator(config, {
    ...surroundings,
    log: new MemoryEventLog(),
    wallet: { seedPhrase: SEED_PHRASE },
    patience: { wait: async () => void ledger.control.advanceRound() },
  })
  return {
    dispatcher: { ...dispatcher, jobs: { send: async (sent: readonly IndexRangeJob[]) => void jobs.push(...sent) } },
    indexer: {
      ...indexer,
      candidates: { send: async (sent: readonly CandidateMessage[]) => void candidates.push(...sent) },
    },
    liquidator,
    journal: new DynamoExecutionJournal(new RecordsTable(aws.dynamodb, resources.table)),
    jobs,
    candidates,
    close: () => aws.close(),
  }
}

/** What the operator's account holds in fungibles, in XRD at the feed's prices. */
async function fungiblesXrd({ ledger: tip, signer }: LiquidatorDeps, prices: ReadonlyMap<string, Decimal>) {
  const balances = await tip.balances(signer.account)
  return Decimal.sum([...balances].map(([resource, amount]) => amount.times(prices.get(resource) ?? Decimal.ZERO)))
}

test('a CDP that pledges a registered NFT is found, judged, liquidated by liquidate_nft, and its profit realised', async () => {
  const { dispatcher, indexer, liquidator, journal, jobs, candidates, close } = await services()
  try {
    const { account } = liquidator.signer
    const { liquidityReceipt: receipt } = ledger.addresses
    ledger.control.fundAccount(account, { XRD: '10000000' })
    // Debts get dearer, and the XRD and dollars that the receipts stand for do not.
    ledger.control.setPrices(DEARER)
    const liquidatable = ledger.control.liquidatable()
    expect(liquidatable.length).toBeGreaterThan(2)

    await dispatch(dispatcher)
    for (const job of jobs) await indexRange(job, indexer)
    expect(candidates.map(({ cdpId }) => cdpId).sort()).toEqual([...liquidatable].sort())

    const { prices: readings, xrd } = await dispatcher.ledger.marketSnapshot(await dispatcher.ledger.syncPoint())
    const prices = new Map([...readings].map(([resource, { feed }]) => [resource, feed?.value ?? Decimal.ZERO]))
    prices.set(xrd, Decimal.ONE)
    for (const candidate of candidates) {
      const before = await fungiblesXrd(liquidator, prices)
      const outcome = await liquidate(candidate, liquidator)
      if (outcome.kind !== 'liquidated') expect.fail(JSON.stringify(outcome).slice(0, 2_000))

      const [execution] = (await journal.standingOf(candidate.cdpId)).attempts
      expect(execution).toMatchObject({ state: 'committed', signed: { intentHash: outcome.intentHash } })
      const events = ledger.transactionByIntent(outcome.intentHash)?.events
      const [seized] = (events ?? []).filter(({ name }) => name === 'CDPRemoveNFTCollateralForLiquidation')
      const id = /\{[0-9a-f]{16}-[0-9a-f-]+\}/.exec(textOf(seized))?.[0] ?? ''
      const { stateVersion } = ledger.tip()
      expect(ledger.nonFungibleLocation(receipt, id, stateVersion)?.globalAncestor).toBe(account)

      // What came and went, by the ledger's own books; the receipt itself at what it stands for, as cautiously as policy counts it.
      const fungible = (await fungiblesXrd(liquidator, prices)).minus(before)
      const value = await valueXrd(ResourceAddress.parse(receipt), id, dispatcher.ledger, prices)
      const books = fungible.plus(value.times(Decimal.parse('0.97')))
      expect(Number(outcome.realisedProfitXrd.minus(books).abs().toString())).toBeLessThan(1e-6)
      expect(outcome.realisedProfitXrd.isPositive()).toBe(true)
    }
  } finally {
    close()
  }
})

/** What a registered NFT stands for. */
async function valueXrd(
  resource: ResourceAddress,
  id: string,
  pinned: PinnedLedger,
  prices: ReadonlyMap<string, Decimal>,
): Promise<Decimal> {
  const wanted = new Map([[resource, [NonFungibleLocalId.parse(id)]]])
  const content = nftContentOf(await pinned.nftContents(wanted, await pinned.syncPoint()), resource, id)
  return Decimal.sum(
    [...(content?.underlying ?? [])].map(([each, amount]) => amount.times(prices.get(each) ?? Decimal.ZERO)),
  )
}

const DEARER = { xUSDT: '380', hUSDC: '350', hUSDT: '350', xETH: '1500000', xwBTC: '40000000', LSULP: '1.8' }

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? String(each) : each)) ?? ''
}
