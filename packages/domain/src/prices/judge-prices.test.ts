import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { Decimal } from '../decimal.ts'
import { ComponentAddress, ResourceAddress } from '../ids.ts'
import { distrustedNow, holdAsset, judgePrices, type PricesAtOnce, releaseAsset } from './judge-prices.ts'
import { DEFAULT_PLAUSIBILITY } from './plausibility-policy.ts'
import type { PriceOrigin } from './price-origin.ts'
import { describeDistrust, PriceTrustState } from './price-trust.ts'

const HUG = ResourceAddress.parse('resource_rdx1t5kmyj54jt85malva7fxdrnpvgfgs623yt7ywdaval25vrdlmnwe97')
const LSULP = ResourceAddress.parse('resource_rdx1thksg5ng70g9mmy9ne7wz0sc7auzrrwy7fmgcxzel2gvp8pj0xxfmf')
const XRD = ResourceAddress.parse('resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd')
const MINUTE = 60_000

interface Quote {
  readonly price?: string
  readonly second?: string
}

function reading(minute: number, quotes: ReadonlyMap<ResourceAddress, Quote>): PricesAtOnce {
  return {
    atMs: minute * MINUTE,
    prices: new Map(
      [...quotes].flatMap(([resource, { price }]) =>
        price === undefined ? [] : [[resource, { priceXrd: Decimal.parse(price), source: 'feed' as const }] as const],
      ),
    ),
    secondSource: new Map(
      [...quotes].flatMap(([resource, { second }]) =>
        second === undefined ? [] : [[resource, Decimal.parse(second)] as const],
      ),
    ),
  }
}

/** Judges HUG's quotes one after the other, ten minutes apart, and says after each whether it is believed. */
function believed(...quotes: readonly Quote[]): readonly boolean[] {
  let state: PriceTrustState | undefined
  return quotes.map((quote, index) => {
    state = judgePrices(state, reading(index * 10, new Map([[HUG, quote]])), DEFAULT_PLAUSIBILITY).state
    return state.assets.get(HUG)?.distrustedSinceMs === null
  })
}

const RIGHT = '0.000131085370299542'
const WRONG = '1289.783156723014634465'

describe('the feed error of 28–30 August 2026', () => {
  test('is not believed at its first reading', () => {
    const before = judgePrices(undefined, reading(0, new Map([[HUG, { price: RIGHT }]])), DEFAULT_PLAUSIBILITY).state
    const { changes } = judgePrices(before, reading(10, new Map([[HUG, { price: WRONG }]])), DEFAULT_PLAUSIBILITY)
    expect(changes).toMatchObject([{ resource: HUG, change: 'distrusted', reasons: [{ kind: 'moved-too-far' }] }])
  })

  test('is not got used to in 53 hours of further updates, with or without a second source', () => {
    const hours = Array.from({ length: 324 }, (_, index) => ({ price: `12${(index % 90) + 10}.048956797137538379` }))
    expect(believed({ price: RIGHT }, ...hours).slice(1)).not.toContain(true)
    const withDex = hours.map((quote) => ({ ...quote, second: '0.000127565039984134' }))
    expect(believed({ price: RIGHT, second: RIGHT }, ...withDex).slice(1)).not.toContain(true)
  })

  test('ends for us after three readings that are right again', () => {
    expect(believed({ price: RIGHT }, { price: WRONG }, { price: RIGHT }, { price: RIGHT }, { price: RIGHT })).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
  })

  test('does not end at the floor that operators set afterwards', () => {
    const floored = { price: '0.0000000001' }
    expect(believed({ price: RIGHT }, { price: WRONG }, floored, floored, floored, floored).slice(1)).not.toContain(
      true,
    )
  })
})

test('a price at the floor is not believed, whatever came before and whoever agrees', () => {
  const floored = { price: '0.0000000001', second: '0.0000000001' }
  expect(believed(floored, floored, floored, floored)).toEqual([false, false, false, false])
  expect(believed({ price: '0.00000000011' }, { price: '0.0000000001' })).toEqual([true, false])
})

test('a fall of 60 % in ten minutes is believed when a second source shows it too, and else is not', () => {
  expect(believed({ price: '1', second: '1' }, { price: '0.4', second: '0.41' })).toEqual([true, true])
  expect(believed({ price: '1' }, { price: '0.4' })).toEqual([true, false])
})

test('a wrong feed value is not believed while the market still uses its cached price', () => {
  const state = judgePrices(undefined, reading(0, new Map([[HUG, { price: RIGHT }]])), DEFAULT_PLAUSIBILITY).state
  const next = {
    ...reading(10, new Map()),
    prices: new Map([
      [HUG, { priceXrd: Decimal.parse(RIGHT), source: 'cache' as const, pendingXrd: Decimal.parse(WRONG) }],
    ]),
  }
  expect(distrustedNow(state, next, DEFAULT_PLAUSIBILITY).get(HUG)).toMatchObject([{ kind: 'moved-too-far' }])
})

test('a gap to the second source is not believed even inside the band', () => {
  expect(believed({ price: '1', second: '1' }, { price: '1.24', second: '1' })).toEqual([true, false])
})

test('a price that stands still while the second source moves is frozen', () => {
  const still = Array.from({ length: 40 }, (_, index) => ({ price: '1', second: index < 2 ? '1' : '1.08' }))
  expect(believed(...still).at(-1)).toBe(false)
  expect(believed(...still.map((quote) => ({ ...quote, second: '1.01' }))).at(-1)).toBe(true)
})

test('a pegged pair is judged by its ratio', () => {
  const policy = {
    ...DEFAULT_PLAUSIBILITY,
    pegs: [{ asset: LSULP, against: XRD, lowest: Decimal.parse('1.1'), highest: Decimal.parse('1.3') }],
  }
  const at = (price: string) =>
    reading(
      0,
      new Map([
        [LSULP, { price }],
        [XRD, { price: '1' }],
      ]),
    )
  expect(distrustedNow(undefined, at('1.15'), policy).size).toBe(0)
  expect(distrustedNow(undefined, at('1.05'), policy).get(LSULP)).toMatchObject([{ kind: 'off-peg' }])
})

describe('a true break of a peg', () => {
  const policy = {
    ...DEFAULT_PLAUSIBILITY,
    pegs: [
      { asset: HUG, against: LSULP, lowest: Decimal.parse('0.95'), highest: Decimal.parse('1.05') },
      { asset: LSULP, against: HUG, lowest: Decimal.parse('0.95'), highest: Decimal.parse('1.05') },
    ],
  }
  const pair = (minute: number, hug: Quote, lsulp: Quote) =>
    reading(
      minute,
      new Map([
        [HUG, hug],
        [LSULP, lsulp],
      ]),
    )

  test('is believed when a second source agrees, of both', () => {
    const before = judgePrices(undefined, pair(0, { price: '1' }, { price: '1' }), policy).state
    const broken = pair(10, { price: '0.8', second: '0.81' }, { price: '1', second: '1' })
    expect(distrustedNow(before, broken, policy).size).toBe(0)
    const half = pair(10, { price: '0.8', second: '0.81' }, { price: '1' })
    expect([...distrustedNow(before, half, policy).keys()]).toEqual([LSULP])
  })

  test('without a second source stays believed once an operator released it, within the band of what he saw', () => {
    let state = judgePrices(undefined, pair(0, { price: '1' }, { price: '1' }), policy).state
    state = judgePrices(state, pair(10, { price: '0.87' }, { price: '1' }), policy).state
    expect(state.assets.get(HUG)?.reasons).toMatchObject([{ kind: 'off-peg' }])
    state = releaseAsset(releaseAsset(state, HUG, 11 * MINUTE), LSULP, 11 * MINUTE)
    for (const [minute, price] of [
      [20, '0.88'],
      [30, '0.86'],
      [40, '0.87'],
    ] as const) {
      state = judgePrices(state, pair(minute, { price }, { price: '1' }), policy).state
      expect([...state.assets.values()].flatMap(({ reasons }) => reasons)).toEqual([])
    }
    expect(distrustedNow(state, pair(50, { price: '0.5' }, { price: '1' }), policy).get(HUG)).toMatchObject([
      { kind: 'moved-too-far' },
      { kind: 'off-peg' },
    ])
  })
})

test('an asset that loses its price is distrusted, the others stay', () => {
  const first = judgePrices(
    undefined,
    reading(
      0,
      new Map([
        [HUG, { price: RIGHT }],
        [LSULP, { price: '1.15' }],
      ]),
    ),
    DEFAULT_PLAUSIBILITY,
  ).state
  const untrusted = distrustedNow(first, reading(10, new Map([[LSULP, { price: '1.15' }]])), DEFAULT_PLAUSIBILITY)
  expect([...untrusted.keys()]).toEqual([HUG])
})

test("an operator's word releases at the latest price, and holds until released", () => {
  const wrong = judgePrices(
    judgePrices(undefined, reading(0, new Map([[HUG, { price: '1' }]])), DEFAULT_PLAUSIBILITY).state,
    reading(10, new Map([[HUG, { price: '5' }]])),
    DEFAULT_PLAUSIBILITY,
  ).state
  const next = reading(20, new Map([[HUG, { price: '5.1' }]]))
  expect(distrustedNow(wrong, next, DEFAULT_PLAUSIBILITY).has(HUG)).toBe(true)
  const released = releaseAsset(wrong, HUG, 15 * MINUTE)
  expect(distrustedNow(released, next, DEFAULT_PLAUSIBILITY).has(HUG)).toBe(false)
  const held = holdAsset(released, HUG, 'venue under attack', 16 * MINUTE)
  expect(distrustedNow(held, next, DEFAULT_PLAUSIBILITY).get(HUG)).toMatchObject([{ kind: 'held-by-operator' }])
})

test("an operator's release holds against a second source that goes on disagreeing, and only for the price released", () => {
  const at = (minute: number, price: string, second = RIGHT) => reading(minute, new Map([[HUG, { price, second }]]))
  const first = judgePrices(undefined, at(0, RIGHT), DEFAULT_PLAUSIBILITY).state
  const disputed = judgePrices(first, at(10, '1275'), DEFAULT_PLAUSIBILITY).state
  expect(disputed.assets.get(HUG)?.reasons).toMatchObject([
    { kind: 'second-source-disagrees' },
    { kind: 'moved-too-far' },
  ])
  const released = releaseAsset(disputed, HUG, 12 * MINUTE)
  const later = judgePrices(
    judgePrices(released, at(15, '1275'), DEFAULT_PLAUSIBILITY).state,
    at(20, '1300'),
    DEFAULT_PLAUSIBILITY,
  )
  expect(later.state.assets.get(HUG)).toMatchObject({
    reasons: [],
    accepted: { priceXrd: Decimal.parse('1275'), byOperator: true },
  })
  expect(distrustedNow(later.state, at(25, '2600'), DEFAULT_PLAUSIBILITY).get(HUG)).toMatchObject([
    { kind: 'moved-too-far' },
  ])
  // Once the second source agrees, the release has done its work and both are watched as before.
  const agreed = judgePrices(later.state, at(25, '1300', '1290'), DEFAULT_PLAUSIBILITY).state
  expect(agreed.assets.get(HUG)?.accepted).not.toHaveProperty('byOperator')
  expect(distrustedNow(agreed, at(30, '1300'), DEFAULT_PLAUSIBILITY).get(HUG)).toMatchObject([
    { kind: 'second-source-disagrees' },
  ])
})

describe("an operator's release of a price that still waits behind the market's cache", () => {
  /** What the market uses, and what the feed says since. */
  const at = (minute: number, price: string, pending?: string, second?: string): PricesAtOnce => ({
    atMs: minute * MINUTE,
    prices: new Map([
      [
        HUG,
        {
          priceXrd: Decimal.parse(price),
          source: 'cache' as const,
          ...(pending ? { pendingXrd: Decimal.parse(pending) } : {}),
        },
      ],
    ]),
    secondSource: new Map(second ? [[HUG, Decimal.parse(second)]] : []),
  })
  const judged = (state: PriceTrustState | undefined, next: PricesAtOnce) =>
    judgePrices(state, next, DEFAULT_PLAUSIBILITY).state
  const isBelieved = (state: PriceTrustState, next: PricesAtOnce) =>
    !distrustedNow(state, next, DEFAULT_PLAUSIBILITY).has(HUG)
  const DAY_MINUTES = 24 * 60

  test.each([
    ['without a second source', undefined],
    ['against a second source', '1'],
  ])('counts at once and through the change, %s', (_, second) => {
    const doubted = judged(judged(undefined, at(0, '1', undefined, second)), at(10, '1', '5', second))
    expect(isBelieved(doubted, at(12, '1', '5', second))).toBe(false)
    const released = releaseAsset(doubted, HUG, 11 * MINUTE)
    expect(isBelieved(released, at(12, '1', '5', second))).toBe(true)
    // The next run with the same reading, then the value comes into force and drifts within its band.
    const afterRun = judged(released, at(20, '1', '5', second))
    expect(isBelieved(afterRun, at(25, '1', '5', second))).toBe(true)
    const inForce = judged(afterRun, at(30, '5', undefined, second))
    expect(isBelieved(inForce, at(40, '5.1', undefined, second))).toBe(true)
    expect(isBelieved(inForce, at(40, '5', '5.2', second))).toBe(true)
  })

  test('is for what he saw: a further leap is not believed', () => {
    const doubted = judged(judged(undefined, at(0, '1')), at(10, '1', '5'))
    const released = releaseAsset(doubted, HUG, 11 * MINUTE)
    expect(isBelieved(released, at(20, '1', '500'))).toBe(false)
    expect(isBelieved(released, at(20, '500'))).toBe(false)
    expect(isBelieved(released, at(20, '0.01', '5'))).toBe(false)
  })

  test('expires after a day', () => {
    const first = judged(undefined, at(0, '1', undefined, '1'))
    const released = releaseAsset(judged(first, at(10, '1', '5', '1')), HUG, 10 * MINUTE)
    expect(isBelieved(released, at(10 + DAY_MINUTES - 1, '5', undefined, '1'))).toBe(true)
    expect(isBelieved(released, at(10 + DAY_MINUTES, '5', undefined, '1'))).toBe(false)
  })

  test('also counts against a floor and a frozen price, for exactly that price', () => {
    const floored = judged(undefined, at(0, '0.0000000001'))
    const released = releaseAsset(floored, HUG, MINUTE)
    expect(isBelieved(judged(released, at(10, '0.0000000001')), at(20, '0.0000000001'))).toBe(true)
    expect(isBelieved(released, at(20, '0.00000000009'))).toBe(false)
  })

  test('gives way to an operator who holds the asset', () => {
    const released = releaseAsset(judged(judged(undefined, at(0, '1')), at(10, '1', '5')), HUG, 11 * MINUTE)
    const held = holdAsset(released, HUG, 'second thoughts', 12 * MINUTE)
    expect(isBelieved(held, at(20, '1', '5'))).toBe(false)
    expect(isBelieved(judged(held, at(20, '1', '5')), at(30, '1', '5'))).toBe(false)
  })

  test('survives its own JSON', () => {
    const released = releaseAsset(judged(judged(undefined, at(0, '1')), at(10, '1', '5')), HUG, 11 * MINUTE)
    expect(PriceTrustState.parse(JSON.parse(JSON.stringify(z.encode(PriceTrustState, released))))).toEqual(released)
  })
})

test('no sequence of readings makes a price believed that lies beyond the widest band of every accepted one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }), (hoursBetween) => {
      let minute = 0
      let state = judgePrices(undefined, reading(0, new Map([[HUG, { price: '1' }]])), DEFAULT_PLAUSIBILITY).state
      for (const hours of hoursBetween) {
        minute += hours * 60
        state = judgePrices(state, reading(minute, new Map([[HUG, { price: '4.01' }]])), DEFAULT_PLAUSIBILITY).state
        expect(state.assets.get(HUG)?.distrustedSinceMs).not.toBeNull()
      }
    }),
  )
})

test('what the mass-liquidation breaker found holds the asset until a second source agrees or an operator releases it', () => {
  const hold = [{ resource: HUG, cdps: 341, share: Decimal.parse('0.3') }]
  const first = judgePrices(undefined, reading(0, new Map([[HUG, { price: '1' }]])), DEFAULT_PLAUSIBILITY).state
  const held = judgePrices(first, reading(10, new Map([[HUG, { price: '0.85' }]])), DEFAULT_PLAUSIBILITY, hold).state
  const next = reading(20, new Map([[HUG, { price: '0.85' }]]))
  expect(distrustedNow(held, next, DEFAULT_PLAUSIBILITY).get(HUG)).toMatchObject([{ kind: 'mass-liquidation' }])
  expect(distrustedNow(releaseAsset(held, HUG, 15 * MINUTE), next, DEFAULT_PLAUSIBILITY).has(HUG)).toBe(false)
  let state = held
  for (const minute of [20, 30, 40]) {
    const confirmed = reading(minute, new Map([[HUG, { price: '0.85', second: '0.86' }]]))
    state = judgePrices(state, confirmed, DEFAULT_PLAUSIBILITY).state
  }
  expect(state.assets.get(HUG)?.distrustedSinceMs).toBeNull()
})

describe('a price that comes from another source than at the reading before', () => {
  const FEED = ComponentAddress.parse('component_rdx1czfeedspecimenone')
  const OTHER = ComponentAddress.parse('component_rdx1czfeedspecimentwo')
  const OF_FEED: PriceOrigin = { feed: FEED, feedId: 3 }
  /** HUG at one XRD in force, whatever its source. */
  const at = (
    minute: number,
    origin?: PriceOrigin,
    more: { pending?: string; second?: string } = {},
  ): PricesAtOnce => ({
    atMs: minute * MINUTE,
    prices: new Map([
      [
        HUG,
        {
          priceXrd: Decimal.ONE,
          source: 'feed' as const,
          ...(origin ? { origin } : {}),
          ...(more.pending ? { pendingXrd: Decimal.parse(more.pending) } : {}),
        },
      ],
    ]),
    secondSource: new Map(more.second ? [[HUG, Decimal.parse(more.second)]] : []),
  })
  const judged = (state: PriceTrustState | undefined, next: PricesAtOnce) =>
    judgePrices(state, next, DEFAULT_PLAUSIBILITY).state
  const reasonsNow = (state: PriceTrustState | undefined, next: PricesAtOnce) =>
    distrustedNow(state, next, DEFAULT_PLAUSIBILITY).get(HUG)

  test.each([
    ['its id in the feed', { ...OF_FEED, feedId: 4 }],
    ['the component behind its feed', { ...OF_FEED, feed: OTHER }],
    ['a component that gave way to a fixed price', { feedId: 3 }],
  ])('is not believed though its value is the same: %s', (_, origin) => {
    const before = judged(undefined, at(0, OF_FEED))
    const expected = [{ kind: 'source-changed', from: OF_FEED, to: origin }]
    expect(reasonsNow(before, at(10, origin))).toEqual(expected)
    const { changes } = judgePrices(before, at(10, origin), DEFAULT_PLAUSIBILITY)
    expect(changes).toMatchObject([{ resource: HUG, change: 'distrusted', reasons: expected }])
  })

  test('is believed again after three more readings from there, and doubted anew when it goes back', () => {
    const other = { ...OF_FEED, feed: OTHER }
    let state = judged(undefined, at(0, OF_FEED))
    const trusted = [10, 20, 30, 40].map((minute) => {
      state = judged(state, at(minute, other))
      return state.assets.get(HUG)?.distrustedSinceMs === null
    })
    expect(trusted).toEqual([false, false, false, true])
    expect(reasonsNow(state, at(50, OF_FEED))).toMatchObject([{ kind: 'source-changed', from: other, to: OF_FEED }])
  })

  test('is believed when a second source agrees with it, also with what is still to come into force', () => {
    const before = judged(undefined, at(0, OF_FEED))
    const other = { ...OF_FEED, feedId: 4 }
    expect(reasonsNow(before, at(10, other, { second: '1.1' }))).toBeUndefined()
    expect(reasonsNow(before, at(10, other, { second: '1.1', pending: '1.15' }))).toBeUndefined()
    expect(reasonsNow(before, at(10, other, { second: '1.19', pending: '0.9' }))).toMatchObject([
      { kind: 'second-source-disagrees' },
      { kind: 'source-changed' },
    ])
  })

  test('is no change at the first reading, after a memory that does not know the source, or in a reading that does not say it', () => {
    expect(reasonsNow(undefined, at(0, OF_FEED))).toBeUndefined()
    expect(reasonsNow(judged(undefined, at(0)), at(10, OF_FEED))).toBeUndefined()
    const silent = judged(judged(undefined, at(0, OF_FEED)), at(10))
    expect(silent.assets.get(HUG)?.reasons).toEqual([])
    // What it did not say is not forgotten, so a change behind it is seen.
    expect(reasonsNow(silent, at(30, { ...OF_FEED, feedId: 4 }))).toMatchObject([{ kind: 'source-changed' }])
  })

  test('is believed at exactly the price that an operator released', () => {
    const doubted = judged(judged(undefined, at(0, OF_FEED)), at(10, { ...OF_FEED, feedId: 4 }))
    const released = releaseAsset(doubted, HUG, 11 * MINUTE)
    expect(reasonsNow(released, at(20, { ...OF_FEED, feedId: 5 }))).toBeUndefined()
  })

  test('is remembered and said', () => {
    const doubted = judged(judged(undefined, at(0, OF_FEED)), at(10, { ...OF_FEED, feed: OTHER }))
    expect(PriceTrustState.parse(JSON.parse(JSON.stringify(z.encode(PriceTrustState, doubted))))).toEqual(doubted)
    expect(doubted.assets.get(HUG)?.reasons.map(describeDistrust)).toEqual([
      `comes from ${OTHER} (feed id 3), the reading before from ${FEED} (feed id 3)`,
    ])
  })
})

test('the memory survives its own JSON', () => {
  const { state } = judgePrices(
    undefined,
    reading(0, new Map([[HUG, { price: RIGHT, second: RIGHT }]])),
    DEFAULT_PLAUSIBILITY,
  )
  expect(PriceTrustState.parse(JSON.parse(JSON.stringify(z.encode(PriceTrustState, state))))).toEqual(state)
})
