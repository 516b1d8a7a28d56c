import type {
  StateEntityDetailsRequest,
  StateKeyValueStoreDataRequest,
  StateKeyValueStoreKeysRequest,
  StateNonFungibleDataRequest,
} from '@radixdlt/babylon-gateway-api-sdk'
import {
  type CdpReading,
  cdpIdOf,
  DEFAULT_PLAUSIBILITY,
  distrustedNow,
  judgeHealth,
  judgePrices,
  MarketSnapshot,
  NonFungibleLocalId,
  nftContentOf,
  pricesAtOnce,
  ResourceAddress,
  type SyncPoint,
} from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, describe, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../../test/local-market.ts'
import { GatewayClient } from '../gateway/gateway-client.ts'
import { WrongNetworkError } from '../gateway/wrong-network.ts'
import { GatewayHealthOracle } from './gateway-health-oracle.ts'
import { GatewayLedger } from './gateway-ledger.ts'

let local: LocalMarket
afterEach(() => local.close())

const resourceOf = (symbol: string) => ResourceAddress.parse(local.ledger.addresses.tokens[symbol])
/** The same switches, every one on. */
const allOn = ({ market, ...tables }: MarketSnapshot['services']) => {
  const on = (entry: ReadonlyMap<string, boolean>) => new Map([...entry.keys()].map((service) => [service, true]))
  const each = (table: MarketSnapshot['services']['pool']) =>
    new Map([...table].map(([key, entry]) => [key, on(entry)]))
  return {
    market: on(market),
    loans: each(tables.loans),
    collaterals: each(tables.collaterals),
    pool: each(tables.pool),
  }
}
const lives = (readings: readonly CdpReading[]) =>
  readings.flatMap((reading) => (reading.kind === 'live' ? [reading.cdp] : []))

async function nftContentsOf(readings: readonly CdpReading[], at: SyncPoint) {
  const wanted = new Map<ResourceAddress, NonFungibleLocalId[]>()
  for (const cdp of lives(readings))
    for (const [resource, { ids }] of cdp.nftCollaterals)
      wanted.set(resource, [...(wanted.get(resource) ?? []), ...ids])
  return local.reader.nftContents(wanted, at)
}

describe('the market snapshot', () => {
  test('holds what judges every CDP exactly as the ledger does, and survives storage', async () => {
    local = await startLocalMarket({ cdps: 60, seed: 5 })
    const at = await local.reader.syncPoint()
    const read = await local.reader.marketSnapshot(at)
    const market = MarketSnapshot.decode(MarketSnapshot.encode(read))
    const readings = await local.reader.cdps(1, market.cdpCounter, at)
    const nfts = await nftContentsOf(readings, at)
    const judged = lives(readings).map((cdp) => judgeHealth(cdp, market, nfts))
    const ids = lives(readings).map((cdp) => cdp.id)
    const confirmed = await new GatewayHealthOracle(local.client, local.network).confirm(ids)
    expect(judged.length).toBeGreaterThan(50)
    expect(
      judged.map((verdict) => (verdict.kind === 'judged' ? verdict.health.liquidationLtv.toString() : verdict)),
    ).toEqual(confirmed.map((health) => (health.kind === 'confirmed' ? health.liquidationLtv.toString() : health)))
  })

  test('holds Weft’s live parameters, prices of both kinds, and old versions of configurations', async () => {
    local = await startLocalMarket()
    const at = await local.reader.syncPoint()
    const market = await local.reader.marketSnapshot(at)
    expect(market.rules).toMatchObject({
      priceExpirationPeriodMs: 14_400_000,
      priceCacheMode: { kind: 'debounce', debounceMs: 900_000 },
      defaultEfficiencyConfigId: 5,
      protocolLiquidationBonusFeeRate: Decimal.parse('0.2'),
    })
    const usdc = resourceOf('xUSDC')
    expect(market.prices.get(usdc)?.feed?.value).toEqual(Decimal.parse('225.570215353101481709'))
    expect(market.prices.get(usdc)?.cached?.value).toEqual(Decimal.parse('225.570215353101481709'))
    expect(market.divisibilities.get(usdc)).toBe(6)
    expect(market.efficiencyGroups.get(1)).toBe(6)
    expect(market.collateralConfigs.history.size > market.collateralConfigs.current.size).toBe(true)
    const depositUnit = ResourceAddress.parse(local.ledger.addresses.depositUnits.xUSDC)
    expect(market.collateralKinds.get(depositUnit)).toEqual({ kind: 'deposit-unit', underlying: usdc })
    expect(market.pools.get(usdc)).toMatchObject({ depositUnit, flashLoanFeeRate: Decimal.parse('0.001') })
    expect(market.pools.get(usdc)?.liquidity?.isPositive()).toBe(true)
    expect(market.validators.size).toBe(local.ledger.addresses.validators.length)
    expect(market.services).toEqual(allOn(market.services))
    expect(market.unreadable).toEqual([])
  })

  test('holds the receipt of flash loans that the pool names, and none where the configuration names another', async () => {
    local = await startLocalMarket()
    const { loanTermResource, cdpResource } = local.ledger.addresses
    const believing = async (believed: string) => {
      const addresses = { ...local.network.addresses, loanTermResource: ResourceAddress.parse(believed) }
      const reader = new GatewayLedger(local.client, { ...local.network, addresses })
      return reader.marketSnapshot(await reader.syncPoint())
    }
    const unasked = await local.reader.marketSnapshot(await local.reader.syncPoint())
    expect(unasked.flashLoanTerm).toBe(loanTermResource)
    expect(await believing(loanTermResource)).toMatchObject({ flashLoanTerm: loanTermResource, unreadable: [] })
    expect(await believing(cdpResource)).toMatchObject({
      flashLoanTerm: null,
      unreadable: [{ table: 'pool', key: 'transient_res_manager', why: expect.stringContaining(loanTermResource) }],
    })
  })

  test('holds the exchange’s prices as a second source', async () => {
    local = await startLocalMarket()
    local.ledger.control.setPrices({ HUG: '1275.05' }, { feedOnly: true })
    const market = await local.reader.marketSnapshot(await local.reader.syncPoint())
    const hug = resourceOf('HUG')
    expect(market.prices.get(hug)?.feed?.value).toEqual(Decimal.parse('1275.05'))
    expect(market.secondSourcePrices.get(hug)?.lt(Decimal.parse('0.0002'))).toBe(true)
  })

  test('names the services that are switched off', async () => {
    local = await startLocalMarket()
    const usdc = resourceOf('xUSDC')
    local.ledger.control.setService({ component: 'pool', service: 'FlashLoan', enabled: false })
    local.ledger.control.setService({
      component: 'loan',
      service: 'RepayForLiquidation',
      resource: usdc,
      enabled: false,
    })
    const { services } = await local.reader.marketSnapshot(await local.reader.syncPoint())
    expect(services.pool.get('Global')?.get('FlashLoan')).toBe(false)
    expect(services.loans.get(usdc)?.get('RepayForLiquidation')).toBe(false)
    const off = [
      services.market,
      ...[services.loans, services.collaterals, services.pool].flatMap((t) => [...t.values()]),
    ]
      .flatMap((entry) => [...entry.values()])
      .filter((isOn) => !isOn)
    expect(off).toHaveLength(2)
  })

  test('reads prices that the feed keeps in a store as those that it keeps in its state', async () => {
    const prices = async (market: Parameters<typeof startLocalMarket>[0]) => {
      local = await startLocalMarket(market)
      const { prices: read, unreadable } = await local.reader.marketSnapshot(await local.reader.syncPoint())
      expect(unreadable).toEqual([])
      if (market) await local.close()
      // A fixed price is as of the reading; all others say when they were set.
      return new Map([...read].filter(([asset]) => asset !== resourceOf('XRD')))
    }
    const inStore = await prices({ market: { 'feed-state': 'store' } })
    expect(inStore.get(resourceOf('xUSDC'))?.feed?.value.isPositive()).toBe(true)
    expect(inStore).toEqual(await prices(undefined))
  })
})

describe('where prices come from', () => {
  /** Nobody else's opinion, so that a change of source is judged by itself. */
  const readerAlone = () => new GatewayLedger(local.client, local.network, { secondPrices: [] })
  const reasonsFor = (resource: ResourceAddress, before: MarketSnapshot, now: MarketSnapshot) => {
    const { state } = judgePrices(undefined, pricesAtOnce(before), DEFAULT_PLAUSIBILITY)
    return distrustedNow(state, pricesAtOnce(now), DEFAULT_PLAUSIBILITY).get(resource)
  }

  test('is said in the snapshot and survives storage: each asset’s feed id, and what stands behind it', async () => {
    local = await startLocalMarket()
    const stored = MarketSnapshot.decode(
      MarketSnapshot.encode(await readerAlone().marketSnapshot(await local.reader.syncPoint())),
    )
    const feedOf = (symbol: string) =>
      stored.priceFeeds.get(stored.resources.get(resourceOf(symbol))?.priceFeedId ?? -1)
    expect(feedOf('xUSDC')).toMatchObject({ kind: 'component', component: local.ledger.addresses.priceFeed })
    expect(feedOf('XRD')).toEqual({ kind: 'fixed', price: Decimal.ONE })
  })

  test('makes an asset suspect when the market asks its feed under another id, and no other asset', async () => {
    local = await startLocalMarket()
    const reader = readerAlone()
    const before = await reader.marketSnapshot(await reader.syncPoint())
    const [hug, usdc] = [resourceOf('HUG'), resourceOf('xUSDC')]
    local.ledger.control.setPriceFeedId('HUG', 77)
    const now = await reader.marketSnapshot(await reader.syncPoint())
    expect(reasonsFor(hug, before, now)).toMatchObject([{ kind: 'source-changed', to: { feedId: 77 } }])
    expect(reasonsFor(usdc, before, now)).toBeUndefined()
  })
})

describe('a refreshed market', () => {
  const requestsSoFar = () => [...local.client.requestsByEndpoint().values()].reduce((sum, each) => sum + each, 0)

  async function wholeMarket() {
    return local.reader.marketSnapshot(await local.reader.syncPoint())
  }

  test('is the whole one once prices, pools, CDPs and switches have moved, for few requests', async () => {
    local = await startLocalMarket({ genesis: { priceDebounceSeconds: 0 } })
    const usdc = resourceOf('xUSDC')
    local.ledger.control.setService({ component: 'loan', service: 'Borrow', resource: usdc, enabled: false })
    const previous = await wholeMarket()
    local.ledger.control.setService({ component: 'loan', service: 'Borrow', resource: usdc, enabled: true })
    local.ledger.control.setPrices({ xUSDC: '300', HUG: '0.1' })
    local.ledger.control.advanceTime(400_000)
    local.ledger.control.openCdp({ collaterals: { XRD: '90000' }, loans: { xUSDC: '10' } })
    const at = await local.reader.syncPoint()
    const before = requestsSoFar()
    const refreshed = await local.reader.refreshMarket(previous, at)
    expect(requestsSoFar() - before).toBeLessThanOrEqual(9)
    const whole = await local.reader.marketSnapshot(at)
    // Supplies stay with the configurations: they bound flash loans only, and move little in ten minutes.
    const supplyBefore = (each: ResourceAddress) => previous.pools.get(each)?.supply ?? null
    const pools = [...whole.pools].map(([each, pool]) => [each, { ...pool, supply: supplyBefore(each) }] as const)
    expect(refreshed).toEqual({ ...whole, pools: new Map(pools) })
    expect(refreshed.prices.get(usdc)).not.toEqual(previous.prices.get(usdc))
    expect(refreshed.pools.get(usdc)).not.toEqual(previous.pools.get(usdc))
    expect(refreshed.cdpCounter).toBe(previous.cdpCounter + 1)
    expect(refreshed.services).not.toEqual(previous.services)
  })

  test('can be refreshed again, until its configurations are ten minutes old', async () => {
    local = await startLocalMarket()
    const first = await wholeMarket()
    const [id] = [...first.collateralConfigs.current.keys()]
    if (id === undefined) throw new Error('the market has no collateral config')
    const stricter = { loanToValue: '0.1', thresholdSpread: '0.1', bonusRate: '0.1' }
    local.ledger.control.updateCollateralConfig(id, stricter, 3_600)
    const refreshes = [first]
    for (const ms of [350_000, 350_000]) {
      local.ledger.control.advanceTime(ms)
      local.ledger.control.advanceRound()
      refreshes.push(await local.reader.refreshMarket(refreshes.at(-1) ?? first, await local.reader.syncPoint()))
    }
    const [, recent, old] = refreshes
    expect(recent?.collateralConfigs).toEqual(first.collateralConfigs)
    expect(recent?.syncPoint).not.toEqual(first.syncPoint)
    expect(old).toEqual(await wholeMarket())
    expect(old?.collateralConfigs).not.toEqual(first.collateralConfigs)
  })

  test('is read as a whole when the former one came from elsewhere or from a later state', async () => {
    local = await startLocalMarket()
    const first = await local.reader.syncPoint()
    const stored = MarketSnapshot.decode(MarketSnapshot.encode(await wholeMarket()))
    expect(await local.reader.refreshMarket(stored, first)).toEqual(await wholeMarket())
    const [id] = [...stored.collateralConfigs.current.keys()]
    if (id === undefined) throw new Error('the market has no collateral config')
    const stricter = { loanToValue: '0.1', thresholdSpread: '0.1', bonusRate: '0.1' }
    local.ledger.control.updateCollateralConfig(id, stricter, 3_600)
    expect((await local.reader.refreshMarket(await wholeMarket(), first)).collateralConfigs).toEqual(
      stored.collateralConfigs,
    )
  })

  test('lists a table’s keys again when one of them is gone', async () => {
    local = await startLocalMarket()
    const at = await local.reader.syncPoint()
    const client = new ForgetfulClient(local.server.url)
    const reader = new GatewayLedger(client, local.network)
    const market = await reader.marketSnapshot(at)
    client.forgets = 1
    expect(await reader.refreshMarket(market, at)).toEqual(market)
    expect(client.forgets).toBe(0)
  })
})

/** Leaves the first entry out of so many answers, as when it had been removed. */
class ForgetfulClient extends GatewayClient {
  forgets = 0

  constructor(gatewayUrl: string) {
    super({ gatewayUrls: [gatewayUrl], policy: { maxRetries: 0, maxRequestsPerSecond: 10_000 } })
  }

  override async keyValueStoreData(request: StateKeyValueStoreDataRequest) {
    const answer = await super.keyValueStoreData(request)
    if (this.forgets === 0) return answer
    this.forgets -= 1
    return { ...answer, entries: answer.entries.slice(1) }
  }
}

/** Makes one entry of its `page`-th page of a table a value of no known shape. */
class GarblingClient extends GatewayClient {
  pages = 0
  readonly #page: number

  constructor(gatewayUrl: string, page: number) {
    super({ gatewayUrls: [gatewayUrl], policy: { maxRetries: 0, maxRequestsPerSecond: 10_000 } })
    this.#page = page
  }

  override async keyValueStoreData(request: StateKeyValueStoreDataRequest) {
    const answer = await super.keyValueStoreData(request)
    this.pages += 1
    if (this.pages !== this.#page) return answer
    const garbled = answer.entries.map((entry, index) =>
      index === 0 ? { ...entry, value: { ...entry.value, programmatic_json: { kind: 'Bool', value: true } } } : entry,
    )
    return { ...answer, entries: garbled } as typeof answer
  }
}

test('one value that does not decode leaves every CDP that does not need it judged as before', async () => {
  local = await startLocalMarket({ cdps: 40, seed: 3 })
  const at = await local.reader.syncPoint()
  const cdps = lives(await local.reader.cdps(1, 40, at))
  const nfts = await nftContentsOf(await local.reader.cdps(1, 40, at), at)
  const whole = new GarblingClient(local.server.url, 0)
  const calm = await new GatewayLedger(whole, local.network).marketSnapshot(at)
  const before = new Map(cdps.map((cdp) => [cdp.id, judgeHealth(cdp, calm, nfts)]))
  let unjudged = 0
  for (let page = 1; page <= whole.pages; page += 1) {
    const market = await new GatewayLedger(new GarblingClient(local.server.url, page), local.network).marketSnapshot(at)
    expect(market.unreadable.map(({ table, key }) => `${table} ${key}`)).toHaveLength(1)
    const verdicts = cdps.map((cdp) => judgeHealth(cdp, market, nfts))
    for (const verdict of verdicts)
      if (verdict.kind === 'unjudged') unjudged += 1
      else expect(verdict).toEqual(before.get(verdict.health.cdpId))
    expect(verdicts.filter(({ kind }) => kind === 'judged').length).toBeGreaterThan(0)
  }
  expect(unjudged).toBeGreaterThan(0)
})

describe('reads are pinned', () => {
  test('so that the market at the sync point stays put while the market moves', async () => {
    local = await startLocalMarket()
    const before = await local.reader.syncPoint()
    const first = { market: await local.reader.marketSnapshot(before), cdps: await local.reader.cdps(1, 60, before) }
    local.ledger.control.setPrices({ xUSDC: '300', HUG: '0.1' })
    local.ledger.control.openCdp({ collaterals: { XRD: '10000' }, loans: { xUSDC: '10' } })
    local.ledger.control.closeCdp('#1#')
    const again = { market: await local.reader.marketSnapshot(before), cdps: await local.reader.cdps(1, 60, before) }
    // The second source is asked at the tip: it cannot be pinned.
    expect({ ...again.market, secondSourcePrices: first.market.secondSourcePrices }).toEqual(first.market)
    expect(again.cdps).toEqual(first.cdps)

    const after = await local.reader.syncPoint()
    const moved = await local.reader.marketSnapshot(after)
    expect(moved.cdpCounter).toBe(first.market.cdpCounter + 1)
    expect(moved.prices.get(resourceOf('xUSDC'))?.feed?.value).toEqual(Decimal.parse('300'))
    expect((await local.reader.cdps(1, 1, after))[0]).toEqual({ kind: 'burned', id: '#1#' })
  })

  test.each(['entityDetails', 'nonFungibleData', 'keyValueStoreKeys', 'keyValueStoreData'] as const)(
    'and an answer of another state version is a fault: %s without its pin',
    async (method) => {
      local = await startLocalMarket()
      const at = await local.reader.syncPoint()
      local.ledger.control.setPrices({ xUSDC: '300' })
      const reader = new GatewayLedger(new UnpinnedClient(local.server.url, method), local.network)
      const reading = method === 'nonFungibleData' ? reader.cdps(1, 5, at) : reader.marketSnapshot(at)
      await expect(reading).rejects.toMatchObject({
        name: 'LedgerDataError',
        message: expect.stringContaining(`asked for state version ${at.stateVersion}, answered from`),
      })
    },
  )
})

/** Forgets the pin of one endpoint, as a careless change would. */
class UnpinnedClient extends GatewayClient {
  readonly #method: string

  constructor(gatewayUrl: string, method: string) {
    super({ gatewayUrls: [gatewayUrl], policy: { maxRetries: 0, maxRequestsPerSecond: 10_000 } })
    this.#method = method
  }

  #without<R extends { at_ledger_state?: unknown }>(method: string, request: R): R {
    return method === this.#method ? { ...request, at_ledger_state: undefined } : request
  }

  override entityDetails(request: StateEntityDetailsRequest) {
    return super.entityDetails(this.#without('entityDetails', request))
  }

  override nonFungibleData(request: StateNonFungibleDataRequest) {
    return super.nonFungibleData(this.#without('nonFungibleData', request))
  }

  override keyValueStoreKeys(request: StateKeyValueStoreKeysRequest) {
    return super.keyValueStoreKeys(this.#without('keyValueStoreKeys', request))
  }

  override keyValueStoreData(request: StateKeyValueStoreDataRequest) {
    return super.keyValueStoreData(this.#without('keyValueStoreData', request))
  }
}

describe('CDPs', () => {
  test('come in id order, burned and never minted ones told apart, a hundred a request', async () => {
    local = await startLocalMarket({ cdps: 230 })
    const at = await local.reader.syncPoint()
    const { cdpCounter } = await local.reader.marketSnapshot(at)
    const readings = await local.reader.cdps(1, cdpCounter + 5, at)
    expect(readings.map((each) => (each.kind === 'live' ? each.cdp.id : each.id))).toEqual(
      Array.from({ length: cdpCounter + 5 }, (_, index) => `#${index + 1}#`),
    )
    const summary = local.ledger.control.summary()
    expect(lives(readings)).toHaveLength(summary.cdps)
    expect(readings.filter((each) => each.kind === 'burned')).toHaveLength(summary.burned)
    expect(readings.filter((each) => each.kind === 'missing').map((each) => each.kind)).toHaveLength(5)
    expect(local.client.requestsByEndpoint().get('/state/non-fungible/data')).toBe(3)
  })

  test('are found one by one, until they are burned', async () => {
    local = await startLocalMarket({ genesis: { cdps: [{ collaterals: { XRD: '10000' }, loans: { xUSDC: '10' } }] } })
    const at = await local.reader.syncPoint()
    const [cdp] = lives([await local.reader.findCdp(cdpIdOf(1), at)])
    expect(cdp?.collaterals.get(resourceOf('XRD'))?.amount).toEqual(Decimal.parse('10000'))
    expect(cdp?.loans.has(resourceOf('xUSDC'))).toBe(true)
    local.ledger.control.closeCdp('#1#')
    const after = await local.reader.syncPoint()
    expect(await local.reader.findCdp(cdpIdOf(1), after)).toEqual({ kind: 'burned', id: '#1#' })
    expect(await local.reader.findCdp(cdpIdOf(100_000), after)).toEqual({ kind: 'missing', id: '#100000#' })
    expect(await local.reader.cdps(5, 4, after)).toEqual([])
  })

  test('whose data is of no known shape are unreadable, with the path, and hide no other', async () => {
    local = await startLocalMarket({ cdps: 6 })
    const at = await local.reader.syncPoint()
    const calm = await local.reader.cdps(1, 5, at)
    const resource = local.ledger.addresses.cdpResource
    local.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: ['#3#'] } }] })
    const readings = await local.reader.cdps(1, 5, at)
    expect(readings.map((reading) => reading.kind)).toEqual(['live', 'live', 'unreadable', 'live', 'live'])
    expect(readings[2]).toEqual({
      kind: 'unreadable',
      id: '#3#',
      lastUpdatedAtStateVersion: 2,
      why: 'data of CDP #3#: loans: expected Map, got Bool',
    })
    expect(readings.toSpliced(2, 1)).toEqual(calm.toSpliced(2, 1))
    expect(await local.reader.findCdp(cdpIdOf(3), at)).toEqual(readings[2])
  })

  test('are no reading at all where the answer concerns another state version: the range fails', async () => {
    local = await startLocalMarket({ cdps: 6 })
    const { stateVersion, ...rest } = await local.reader.syncPoint()
    const ahead = { ...rest, stateVersion: stateVersion + 1_000 }
    await expect(local.reader.cdps(1, 5, ahead)).rejects.toMatchObject({ name: 'LedgerUnavailableError' })
  })

  test('are read where the configuration does not name their resource: the market’s state does', async () => {
    local = await startLocalMarket()
    const { cdpResource: _, ...addresses } = local.network.addresses
    const reader = new GatewayLedger(local.client, { ...local.network, addresses })
    const at = await reader.syncPoint()
    expect(await reader.cdps(1, 3, at)).toEqual(await local.reader.cdps(1, 3, at))
    expect((await reader.marketSnapshot(at)).prices).toEqual((await local.reader.marketSnapshot(at)).prices)
  })
})

test('claim NFTs and liquidity receipts stand for amounts; of what is of another shape the reason is known', async () => {
  local = await startLocalMarket({
    cdps: 0,
    genesis: { cdps: [{ claims: [{ validator: 'validator-1', lsuAmount: '900' }], loans: { xUSDC: '1' } }] },
  })
  const at = await local.reader.syncPoint()
  const readings = await local.reader.cdps(1, 1, at)
  const [pledged] = lives(readings).flatMap((cdp) => [...cdp.nftCollaterals])
  if (pledged === undefined) throw new Error('the CDP holds no claim NFT')
  const [resource] = pledged
  const contents = await nftContentsOf(readings, at)
  const [id = ''] = contents.get(resource)?.keys() ?? []
  const content = nftContentOf(contents, resource, id)
  expect([...(content?.underlying.keys() ?? [])]).toEqual([resourceOf('XRD')])
  expect(content?.underlying.get(resourceOf('XRD'))?.gt(Decimal.parse('900'))).toBe(true)
  expect(content?.claimEpoch).toBeGreaterThan(at.epoch)
  const cdpNft = ResourceAddress.parse(local.ledger.addresses.cdpResource)
  const unknown = await local.reader.nftContents(new Map([[cdpNft, [NonFungibleLocalId.parse('#1#')]]]), at)
  expect([...(unknown.get(cdpNft) ?? [])]).toEqual([
    ['#1#', { unreadable: expect.stringMatching(/^data of resource_loc1\w+:#1#: underlying: this field is missing$/) }],
  ])
  expect(nftContentOf(unknown, cdpNft, '#1#')).toBeUndefined()

  // A claim of an unknown shape leaves its CDP readable, and nobody judges it.
  local.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: [id] } }] })
  const [cdp] = lives(readings)
  if (cdp === undefined) throw new Error('the CDP is not readable')
  const verdict = judgeHealth(cdp, await local.reader.marketSnapshot(at), await nftContentsOf(readings, at))
  expect(verdict).toMatchObject({ kind: 'unjudged', why: expect.stringMatching(/: name: expected String, got Bool$/) })
})

test('a Gateway of another network is refused', async () => {
  local = await startLocalMarket({ cdps: 0 })
  const network = { ...local.network, name: 'stokenet', networkId: 2 } as const
  const reader = new GatewayLedger(new GatewayClient({ gatewayUrls: [local.server.url], network }), network)
  await expect(reader.syncPoint()).rejects.toBeInstanceOf(WrongNetworkError)
})
