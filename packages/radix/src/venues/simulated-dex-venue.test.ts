import { AccountAddress, ComponentAddress, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../../test/local-market.ts'
import { ManifestText } from '../manifest/manifest-text.ts'
import { address, amount } from '../manifest/manifest-value.ts'
import { decimal } from '../sbor/scalars.ts'
import { previewRead } from '../tip/preview.ts'
import { DexPriceSource } from './dex-price-source.ts'
import { exitVenues } from './exit-venues.ts'
import { SimulatedDexVenue } from './simulated-dex-venue.ts'

let local: LocalMarket
afterEach(() => local.close())

const resourceOf = (symbol: string) => ResourceAddress.parse(local.ledger.addresses.tokens[symbol])

async function venueAndMarket() {
  const market = await local.reader.marketSnapshot(await local.reader.syncPoint())
  const [venue] = exitVenues(local.network, {
    client: local.client,
    account: AccountAddress.parse(local.ledger.addresses.faucetAccount),
    divisibilityOf: (resource) => market.divisibilities.get(resource) ?? 18,
  })
  if (venue === undefined) throw new Error('the local network configures no venue')
  return venue
}

/** What the exchange itself says. */
async function exchangeQuote(from: ResourceAddress, to: ResourceAddress, amountIn: Decimal): Promise<Decimal> {
  const manifest = new ManifestText(240)
    .call(local.ledger.addresses.dex, 'get_quote', address(from), amount(amountIn), address(to))
    .build()
  const answer = await previewRead(local.client, manifest)
  if (answer.kind === 'failed') throw new Error(answer.error)
  return decimal(answer.outputs[0], '')
}

test('quotes what the exchange would pay, to the last digit, for one and two hops', async () => {
  local = await startLocalMarket({ cdps: 0 })
  const venue = await venueAndMarket()
  const requests = [
    { from: resourceOf('HUG'), to: resourceOf('XRD'), amountIn: Decimal.parse('5000000.123456789') },
    { from: resourceOf('XRD'), to: resourceOf('xUSDC'), amountIn: Decimal.parse('1234.5') },
    { from: resourceOf('HUG'), to: resourceOf('xUSDC'), amountIn: Decimal.parse('77777777') },
    { from: resourceOf('xwBTC'), to: resourceOf('xETH'), amountIn: Decimal.parse('0.00000001') },
  ]
  const quotes = await venue.quotes(requests)
  for (const [index, { from, to, amountIn }] of requests.entries())
    expect(quotes[index]).toMatchObject({ venue: 'local-dex', amountOut: await exchangeQuote(from, to, amountIn) })
})

test('gives no quote where there is no pool, or nothing to gain', async () => {
  local = await startLocalMarket({ cdps: 0 })
  const venue = await venueAndMarket()
  const stranger = ResourceAddress.parse(local.ledger.addresses.depositUnits.xUSDC)
  const xrd = resourceOf('XRD')
  const quotes = await venue.quotes([
    { from: stranger, to: xrd, amountIn: Decimal.ONE },
    { from: xrd, to: stranger, amountIn: Decimal.ONE },
    { from: xrd, to: resourceOf('xwBTC'), amountIn: Decimal.parse('0.000000000000000001') },
  ])
  expect(quotes).toEqual([undefined, undefined, undefined])
})

test('an exchange that does not answer is a fault and no missing route', async () => {
  local = await startLocalMarket({ cdps: 0 })
  const noDex = ComponentAddress.parse(local.ledger.addresses.market)
  const options = { name: 'dex', component: noDex, networkId: 240, xrd: resourceOf('XRD'), divisibilityOf: () => 18 }
  const request = { from: resourceOf('HUG'), to: resourceOf('XRD'), amountIn: Decimal.ONE }
  await expect(new SimulatedDexVenue(local.client, options).quotes([request])).rejects.toMatchObject({
    name: 'DexUnavailableError',
  })
})

test('as a second price source it says what its pools hold, and why where it cannot', async () => {
  local = await startLocalMarket({ cdps: 0 })
  const { market, dex, depositUnits } = local.ledger.addresses
  const stranger = ResourceAddress.parse(depositUnits.xUSDC)
  const exchange = (component: string) =>
    new DexPriceSource(local.client, local.network, { name: 'dex', component: ComponentAddress.parse(component) }, Date)
  const [priced, without] = await exchange(dex).opinions([resourceOf('xUSDC'), stranger])
  expect(priced).toMatchObject({ kind: 'priced', resource: resourceOf('xUSDC') })
  expect(without).toEqual({ kind: 'none', resource: stranger, reason: 'no-market', detail: 'dex: no pool' })
  expect(await exchange(market).opinions([stranger])).toMatchObject([{ kind: 'none', reason: 'unavailable' }])
})
