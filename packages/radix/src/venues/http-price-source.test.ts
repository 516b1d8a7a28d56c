import { AccountAddress, ResourceAddress, secondOpinions } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startLocalMarket } from '../../test/local-market.ts'
import {
  type RoutingAnswer,
  type RoutingService,
  type SeenQuestion,
  startRoutingService,
} from '../../test/routing-service.ts'
import { chosenNetwork } from '../chosen-network.ts'
import { GatewayClient } from '../gateway/gateway-client.ts'
import { NetworkConfig } from '../network-config.ts'
import { GatewayLedger } from '../weft/gateway-ledger.ts'
import { secondPriceSources } from './second-price-sources.ts'

const HUG = ResourceAddress.parse('resource_rdx1t5kmyj54jt85malva7fxdrnpvgfgs623yt7ywdaval25vrdlmnwe97')
const USDC = ResourceAddress.parse('resource_rdx1t4upr78guuapv5ept7d7ptekk9mqhy605zgms33mcszen8l9fac8vf')
const XRD = 'resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd'
const ACCOUNT = AccountAddress.parse('account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz')
const mainnet = chosenNetwork({ network: 'mainnet' })
const client = new GatewayClient({ gatewayUrls: ['http://127.0.0.1:9'] })

let nowMs: number
beforeEach(() => {
  nowMs = 1_000_000
})
const services: RoutingService[] = []
afterEach(() => {
  for (const service of services.splice(0)) service.close()
})

async function serviceOf(answer: (question: SeenQuestion) => RoutingAnswer): Promise<RoutingService> {
  const service = await startRoutingService(answer)
  services.push(service)
  return service
}

/** The sources that a network's configuration file would name. */
function sourcesOf(...secondPrices: readonly unknown[]) {
  const network = NetworkConfig.parse({ ...mainnet, secondPrices })
  return secondPriceSources(network, client, { now: () => nowMs })
}
const ociswapAt = (apiUrl: string) => ({ name: 'ociswap', kind: 'ociswap', apiUrl, timeoutMs: 200 })
const astrolescentAt = (apiUrl: string) => ({
  name: 'astrolescent',
  kind: 'astrolescent',
  apiUrl: `${apiUrl}/partner/key`,
  account: ACCOUNT,
  timeoutMs: 200,
})

const listAt = (apiUrl: string) => ({
  name: 'list',
  kind: 'astrolescent-prices',
  apiUrl: `${apiUrl}/partner/key`,
  timeoutMs: 500,
})

/** Answers as Ociswap does, with all fields that its public clients name; numbers are invented. */
function ociswapAnswer({ url }: SeenQuestion, amountOut: string): RoutingAnswer {
  const asked = (name: string) => url.searchParams.get(name)
  const amount = (token: string | null) => ({ token, xrd: '1000', usd: '4' })
  const pair = { input_address: asked('input_address'), output_address: asked('output_address') }
  const swap = {
    ...pair,
    input_amount: amount(asked('input_amount')),
    output_amount: amount(amountOut),
    input_fee_lp: amount('3'),
    input_fee_settlement: amount('0'),
    price_impact: '0.0011',
  }
  const route = { ...swap, input_take: 'all', pool_address: 'component_rdx1cqspecimen', protocol: 'ociswap' }
  return { status: 200, body: JSON.stringify({ ...swap, swaps: [route] }) }
}

/** 7 700 000 HUG for 1 000 XRD, which sell for `returned`: with 985 back, a price of 992.5 ÷ 7 700 000. */
const tradingHug = (returned: string) => (question: SeenQuestion) =>
  ociswapAnswer(question, question.url.searchParams.get('input_address') === XRD ? '7700000' : returned)

describe('a price over HTTP', () => {
  test('is the middle between buying with a stated amount of XRD and selling again', async () => {
    const service = await serviceOf(tradingHug('985'))
    const [source] = sourcesOf(ociswapAt(service.url))
    expect(await source?.opinions([HUG])).toEqual([
      {
        kind: 'priced',
        resource: HUG,
        priceXrd: Decimal.parse('992.5').dividedBy(Decimal.parse('7700000')),
        atMs: nowMs,
      },
    ])
    const asked = service.seen.map(({ url }) => [
      url.searchParams.get('input_address'),
      url.searchParams.get('input_amount'),
    ])
    expect(asked).toEqual([
      [XRD, '1000'],
      [HUG, '7700000'],
    ])
  })

  test('of Astrolescent comes from its floats', async () => {
    const service = await serviceOf(({ body }) => ({
      status: 200,
      body: JSON.stringify({
        inputTokens: 1000,
        outputTokens: JSON.parse(body).inputToken === XRD ? 4.4 : 990,
        priceImpact: 0.001,
        swapFee: '1',
        manifest: '…',
        routes: [],
      }),
    }))
    const [source] = sourcesOf(astrolescentAt(service.url))
    const [opinion] = (await source?.opinions([USDC])) ?? []
    expect(opinion?.kind === 'priced' && opinion.priceXrd.toApproxNumber()).toBeCloseTo(995 / 4.4, 9)
    expect(service.seen.map(({ url }) => url.pathname)).toEqual(['/partner/key/swap', '/partner/key/swap'])
  })

  test('serves a minute and is then asked for again', async () => {
    const service = await serviceOf(tradingHug('985'))
    const [source] = sourcesOf(ociswapAt(service.url))
    await source?.opinions([HUG])
    nowMs += 59_999
    await source?.opinions([HUG])
    expect(service.seen.length).toBe(2)
    nowMs += 1
    await source?.opinions([HUG])
    expect(service.seen.length).toBe(4)
  })
})

describe('no second opinion', () => {
  test.each([
    ['too little comes back for a price between', tradingHug('899'), 'inconclusive'],
    ['more comes back than went in', tradingHug('1200'), 'inconclusive'],
    ['there is no route', () => ({ status: 404, body: '{}' }), 'no-market'],
    ['nothing can be bought', (question: SeenQuestion) => ociswapAnswer(question, '0'), 'no-market'],
    ['the service is down', () => ({ status: 503, body: 'down' }), 'unavailable'],
    ['the shape is another', () => ({ status: 200, body: '{"output_amount":{"token":7700000}}' }), 'unavailable'],
    ['it answers for another pair', tradingAnotherPair, 'unavailable'],
    ['it is silent', () => undefined, 'unavailable'],
  ])('where %s', async (_, answer, reason) => {
    const [source] = sourcesOf(ociswapAt((await serviceOf(answer)).url))
    const opinions = await source?.opinions([HUG])
    expect(opinions).toEqual([{ kind: 'none', resource: HUG, reason, detail: expect.stringMatching(/^ociswap: /) }])
  })

  test('of a silent service holds up one round of questions, not one for each asset', async () => {
    const service = await serviceOf(() => undefined)
    const [source] = sourcesOf(ociswapAt(service.url))
    const assets = Array.from({ length: 12 }, (_, index) => ResourceAddress.parse(`${HUG.slice(0, -2)}${10 + index}`))
    await source?.opinions([HUG])
    expect(await source?.opinions(assets)).toHaveLength(12)
    expect(service.seen.length).toBe(1)
  })

  test('never shows the partner’s URL, not even where the service repeats it', async () => {
    const echo = await serviceOf(({ url }) => ({ status: 200, body: `<html>no such page ${url.pathname}` }))
    const shape = await serviceOf(({ url }) => ({
      status: 200,
      body: JSON.stringify({ [url.pathname]: url.pathname }),
    }))
    for (const at of ['http://127.0.0.1:9', echo.url, shape.url])
      for (const source of sourcesOf(astrolescentAt(at), { ...listAt(at), name: 'list' }))
        expect(JSON.stringify(await source.opinions([HUG]))).not.toContain('key')
  })

  test('of a service whose answer does not end', async () => {
    const [source] = sourcesOf(ociswapAt((await serviceOf(() => ({ status: 200, body: '9'.repeat(9_000_000) }))).url))
    expect(await source?.opinions([HUG])).toMatchObject([
      { kind: 'none', reason: 'unavailable', detail: expect.stringContaining('longer than 8388608 bytes') },
    ])
  })
})

describe('several sources', () => {
  const twoSources = async (first: (question: SeenQuestion) => RoutingAnswer, second: typeof first) => {
    const [one, other] = [await serviceOf(first), await serviceOf(second)]
    const sources = sourcesOf(ociswapAt(one.url), { ...ociswapAt(other.url), name: 'other' })
    return { opinions: await secondOpinions(sources, [USDC, HUG]), one, other }
  }

  test('are all asked about everything', async () => {
    const { one, other } = await twoSources(tradingHug('985'), tradingHug('985'))
    const questions = ({ seen }: RoutingService) => seen.map(({ url }) => url.search).sort()
    expect(questions(other)).toEqual(questions(one))
    expect(questions(one)).toHaveLength(4)
  })

  test('have one vote where they agree: the price of the first', async () => {
    const { opinions } = await twoSources(tradingHug('985'), tradingHug('940'))
    const first = Decimal.parse('992.5').dividedBy(Decimal.parse('7700000'))
    expect(opinions[1]).toMatchObject({ kind: 'priced', resource: HUG, priceXrd: first })
  })

  test('have no vote where they contradict each other, and the reason shows both prices', async () => {
    const twice = (question: SeenQuestion) =>
      ociswapAnswer(question, question.url.searchParams.get('input_address') === XRD ? '3850000' : '985')
    const { opinions } = await twoSources(tradingHug('985'), twice)
    expect(opinions[1]).toMatchObject({ kind: 'none', resource: HUG, reason: 'contradictory' })
    expect(opinions[1]?.kind === 'none' && opinions[1].detail).toMatch(
      /^ociswap: 0\.00012\d+ XRD; other: 0\.00025\d+ XRD$/,
    )
  })

  test('of which one has no market or is down leave the word to the other', async () => {
    for (const status of [404, 503]) {
      const { opinions } = await twoSources(() => ({ status, body: '{}' }), tradingHug('985'))
      expect(opinions.map(({ kind }) => kind)).toEqual(['priced', 'priced'])
    }
  })

  test('where none has a price, the reason names all, and a failure outweighs a missing market', async () => {
    const down = await serviceOf(() => ({ status: 500, body: '' }))
    const without = await serviceOf(() => ({ status: 404, body: '' }))
    const sources = sourcesOf(ociswapAt(down.url), { ...ociswapAt(without.url), name: 'other' })
    expect(await secondOpinions(sources, [HUG])).toEqual([
      {
        kind: 'none',
        resource: HUG,
        reason: 'unavailable',
        detail: expect.stringMatching(/^ociswap: .*HTTP 500.*; other: 1000 XRD buy nothing$/),
      },
    ])
  })

  test('reach the market snapshot, and what failed the caller', async () => {
    const local = await startLocalMarket({ cdps: 0 })
    try {
      const { tokens, xrd } = local.ledger.addresses
      const xUSDC = tokens.xUSDC
      const service = await serviceOf((question) => {
        const pair = question.url.searchParams
        if (pair.get('input_address') === xUSDC) return ociswapAnswer(question, '1000')
        const buysUsdc = pair.get('input_address') === xrd && pair.get('output_address') === xUSDC
        return buysUsdc ? ociswapAnswer(question, '5') : { status: 503, body: '' }
      })
      const secondPrices = NetworkConfig.parse({ ...mainnet, secondPrices: [ociswapAt(service.url)] }).secondPrices
      if (!secondPrices) throw new Error('none configured')
      const missing: string[] = []
      const reader = new GatewayLedger(
        local.client,
        { ...local.network, secondPrices },
        { onSecondPricesMissing: (assets) => missing.push(...assets.map(({ resource }) => resource)) },
      )
      const market = await reader.marketSnapshot(await reader.syncPoint())
      expect([...market.secondSourcePrices].map(([asset, price]) => [asset, `${price}`])).toEqual([[xUSDC, '200']])
      expect(new Set([...missing, xUSDC, xrd])).toEqual(new Set(market.prices.keys()).add(ResourceAddress.parse(xrd)))
    } finally {
      await local.close()
    }
  })

  test('mainnet asks Ociswap', () => {
    expect(secondPriceSources(mainnet, client).map(({ name }) => name)).toEqual(['ociswap'])
  })
})

function tradingAnotherPair(question: SeenQuestion): RoutingAnswer {
  const swapped = new URL(question.url)
  swapped.searchParams.set('output_address', USDC)
  return ociswapAnswer({ ...question, url: swapped }, '7700000')
}
