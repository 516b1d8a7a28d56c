import { ResourceAddress } from '@weft/domain'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RoutingAnswer, type RoutingService, startRoutingService } from '../../test/routing-service.ts'
import { chosenNetwork } from '../chosen-network.ts'
import { GatewayClient } from '../gateway/gateway-client.ts'
import { parseNetworkConfig } from '../network-config.ts'
import { secondPriceSources } from './second-price-sources.ts'

const HUG = ResourceAddress.parse('resource_rdx1t5kmyj54jt85malva7fxdrnpvgfgs623yt7ywdaval25vrdlmnwe97')
const USDC = ResourceAddress.parse('resource_rdx1t4upr78guuapv5ept7d7ptekk9mqhy605zgms33mcszen8l9fac8vf')
const mainnet = chosenNetwork({ network: 'mainnet' })
const NOW = Date.parse('2026-11-30T12:00:00.000Z')

let nowMs: number
let service: RoutingService | undefined
beforeEach(() => {
  nowMs = NOW
})
afterEach(() => service?.close())

/** A source of `kind` whose service answers so. */
async function sourceOf(kind: 'astrolescent-prices' | 'weft-api', answer: () => RoutingAnswer) {
  service = await startRoutingService(answer)
  const config = { name: 'list', kind, apiUrl: `${service.url}/partner/s3cr3t`, timeoutMs: 300 }
  const network = parseNetworkConfig({ ...mainnet, secondPrices: [config] }, 'the test')
  const [source] = secondPriceSources(network, new GatewayClient({ gatewayUrls: ['http://127.0.0.1:9'] }), {
    now: () => nowMs,
  })
  if (!source) throw new Error('no source')
  return source
}

/** A row with all fields that public clients of the service name; numbers are invented. */
function row(address: string, over: object = {}): object {
  return {
    address,
    symbol: 'HUG',
    name: 'HUG',
    divisibility: 18,
    tokenPriceXRD: 0.000127565039984134,
    tokenPriceUSD: 5e-7,
    diff24H: -0.01,
    updatedAt: '2026-11-30T11:50:00.000Z',
    ...over,
  }
}
const listOf = (over: object = {}) =>
  JSON.stringify({ [HUG]: row(HUG, over), [USDC]: row(USDC, { tokenPriceXRD: 225.5 }) })

describe('the price list of Astrolescent', () => {
  test('is read once for all assets, exactly as it is written, with the age of each price', async () => {
    const source = await sourceOf('astrolescent-prices', () => ({ status: 200, body: listOf() }))
    const opinions = await source.opinions([USDC, HUG])
    expect(opinions.map((each) => each.kind === 'priced' && [each.resource, `${each.priceXrd}`, each.atMs])).toEqual([
      [USDC, '225.5', Date.parse('2026-11-30T11:50:00.000Z')],
      [HUG, '0.000127565039984134', Date.parse('2026-11-30T11:50:00.000Z')],
    ])
    await source.opinions([HUG])
    expect(service?.seen.map(({ url }) => url.pathname)).toEqual(['/partner/s3cr3t/prices'])
    nowMs += 60_000
    await source.opinions([HUG])
    expect(service?.seen).toHaveLength(2)
  })

  test.each<[string, object, string, RegExp]>([
    ['without a time', { updatedAt: undefined }, 'stale', /does not say how old/],
    ['that is too old', { updatedAt: '2026-11-30T11:29:59.000Z' }, 'stale', /is 1801 s old/],
    ['from the future', { updatedAt: '2026-11-30T12:01:01.000Z' }, 'stale', /from the future/],
    ['with a time that is none', { updatedAt: 'yesterday' }, 'unavailable', /updatedAt/],
    ['of zero', { tokenPriceXRD: 0 }, 'unavailable', /not above 0/],
    ['below zero', { tokenPriceXRD: -1 }, 'unavailable', /not above 0/],
    ['that is missing', { tokenPriceXRD: null }, 'unavailable', /tokenPriceXRD/],
    ['that is no number', { tokenPriceXRD: 'cheap' }, 'unavailable', /tokenPriceXRD/],
    ['of another asset', { address: USDC }, 'unavailable', /another asset/],
  ])('a price %s has no vote, and takes no other down', async (_what, over, reason, why) => {
    const source = await sourceOf('astrolescent-prices', () => ({ status: 200, body: listOf(over) }))
    expect(await source.opinions([HUG, USDC])).toMatchObject([
      { kind: 'none', resource: HUG, reason, detail: expect.stringMatching(why) },
      { kind: 'priced', resource: USDC },
    ])
  })

  test.each<[string, RoutingAnswer, string]>([
    ['does not list it', { status: 200, body: '{}' }, 'no-market'],
    ['is a list and no table', { status: 200, body: '[]' }, 'unavailable'],
    ['is no JSON', { status: 200, body: '<html>' }, 'unavailable'],
    ['is not there', { status: 404, body: '{}' }, 'unavailable'],
    ['is refused', { status: 403, body: '{}' }, 'unavailable'],
    ['does not come', undefined, 'unavailable'],
  ])('has no vote where the answer %s, and no key in the reason', async (_what, answer, reason) => {
    const source = await sourceOf('astrolescent-prices', () => answer)
    const opinions = await source.opinions([HUG])
    expect(opinions).toMatchObject([{ kind: 'none', resource: HUG, reason }])
    expect(JSON.stringify(opinions)).not.toContain('s3cr3t')
    await source.opinions([HUG])
    // Its absence serves as long as a list would.
    expect(service?.seen).toHaveLength(1)
  })
})

describe("Weft's own HTTP API", () => {
  const prices = JSON.stringify([{ resourceAddress: HUG, price: '0.00012' }])

  test('never has a vote, since it repeats the market’s own price, and shows it to people', async () => {
    const source = await sourceOf('weft-api', () => ({ status: 200, body: prices }))
    expect(await source.opinions([HUG, USDC])).toMatchObject([
      { kind: 'none', reason: 'not-independent', detail: expect.stringContaining('0.00012 XRD') },
      { kind: 'none', reason: 'no-market' },
    ])
    expect(service?.seen[0]?.url.searchParams.get('resourceAddresses')).toBe(`${HUG},${USDC}`)
  })

  test.each<[string, RoutingAnswer]>([
    ['another shape', { status: 200, body: `{"${HUG}":"0.00012"}` }],
    ['a row without a price', { status: 200, body: JSON.stringify([{ resourceAddress: HUG }]) }],
    ['an error', { status: 500, body: '' }],
  ])('is unavailable with %s', async (_what, answer) => {
    const source = await sourceOf('weft-api', () => answer)
    expect(await source.opinions([HUG])).toMatchObject([{ kind: 'none', reason: 'unavailable' }])
  })
})

describe('the configuration of sources refuses', () => {
  test.each<[string, object, RegExp]>([
    ['a kind that nobody knows', { name: 'x', kind: 'coingecko', apiUrl: 'https://x.invalid' }, /secondPrices\.0/],
    ['a list without a URL', { name: 'x', kind: 'astrolescent-prices' }, /secondPrices\.0\.apiUrl/],
    [
      'an age of seconds',
      { name: 'x', kind: 'astrolescent-prices', apiUrl: 'https://x.invalid', maxPriceAgeMs: 60 },
      /maxPriceAgeMs/,
    ],
    ['a field of another kind', { name: 'x', kind: 'weft-api', apiUrl: 'https://x.invalid', sizeXrd: 5 }, /sizeXrd/],
  ])('%s', (_what, source, message) => {
    expect(() => parseNetworkConfig({ ...mainnet, secondPrices: [source] }, 'the test')).toThrow(message)
  })
})
