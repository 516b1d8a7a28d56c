import { describe, expect, test } from 'vitest'
import {
  aCdp,
  aCollateral,
  aCollateralConfig,
  aConfigTable,
  aLoan,
  aMarket,
  aPool,
  BASKET_NFT,
  CLAIM_NFT,
  DEBOUNCE_MS,
  HUG,
  LEDGER_TIME_MS,
  LSU,
  LSULP,
  PRICE_EXPIRATION_MS,
  withPrice,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
} from '../test/specimens.ts'
import type { Cdp, EfficiencyMode } from './cdp.ts'
import { Decimal } from './decimal.ts'
import { isLiquidatable, judgeHealth } from './health.ts'
import type { CdpHealth } from './health-types.ts'
import { NonFungibleLocalId } from './ids.ts'
import type { CollateralConfigs, MarketSnapshot, NftContents } from './market.ts'

const NO_NFTS: NftContents = new Map()

function judged(cdp: Cdp, market: MarketSnapshot, nfts = NO_NFTS): CdpHealth {
  const verdict = judgeHealth(cdp, market, nfts)
  if (verdict.kind !== 'judged') throw new Error(verdict.why)
  return verdict.health
}

function text(value: Decimal | undefined): string {
  return String(value)
}

/** 10 000 XRD against 500 dollars, at a liquidation threshold of 75 %, as in the protocol's documentation. */
function documentedExample(dollarsPerXrd: string): CdpHealth {
  const market = aMarket({
    collateralConfigs: aConfigTable([[0, aCollateralConfig('0.7', '0.05', '0.07')]]),
  })
  const xrdPerDollar = Decimal.ONE.dividedBy(Decimal.parse(dollarsPerXrd)).toString()
  const cdp = aCdp({ loans: [[XUSDC, aLoan('500')]], collaterals: [[XRD, aCollateral('10000')]] })
  return judged(cdp, withPrice(market, XUSDC, xrdPerDollar))
}

describe('the worked examples of the protocol', () => {
  test('500 dollars against 10 000 XRD at 0.10 stand at two thirds', () => {
    const health = documentedExample('0.1')
    expect(text(health.liquidationLtv)).toBe('0.666666666666666666')
    expect(isLiquidatable(health)).toBe(false)
  })

  test('the same at 0.05 can be liquidated', () => {
    const health = documentedExample('0.05')
    expect(text(health.liquidationLtv)).toBe('1.333333333333333333')
    expect(isLiquidatable(health)).toBe(true)
  })

  test('CDP #1138 looked healthy at the erroneous price of HUG and is bad debt at the true one', () => {
    const cdp = aCdp({
      loans: [
        [LSULP, aLoan('47280000')],
        [XRD, aLoan('13100500')],
      ],
      collaterals: [[HUG, aCollateral('539703.171057886068001932')]],
    })
    expect(isLiquidatable(judged(cdp, withPrice(aMarket(), HUG, '1275.048956797137538379')))).toBe(false)
    const health = judged(cdp, withPrice(aMarket(), HUG, '0.000127565039984134'))
    expect(isLiquidatable(health)).toBe(true)
    expect(health.totalCollateralValue.lt(health.totalLoanValue)).toBe(true)
  })
})

describe('the threshold', () => {
  test('exactly 1 is healthy, one atto of debt more is not', () => {
    const at = (units: string) =>
      judged(aCdp({ loans: [[XRD, aLoan(units)]], collaterals: [[XRD, aCollateral('1')]] }), aMarket())
    expect(text(at('0.8').liquidationLtv)).toBe('1')
    expect(isLiquidatable(at('0.8'))).toBe(false)
    expect(isLiquidatable(at('0.800000000000000001'))).toBe(true)
  })

  test('no loans stand at 0, even without collateral', () => {
    const health = judged(aCdp(), aMarket())
    expect(text(health.liquidationLtv)).toBe('0')
    expect(text(health.healthLtv)).toBe('0')
  })

  test('loans without collateral stand at the greatest Decimal', () => {
    const health = judged(aCdp({ loans: [[XRD, aLoan('1')]] }), aMarket())
    expect(health.liquidationLtv.eq(Decimal.MAX)).toBe(true)
    expect(health.healthLtv.eq(Decimal.MAX)).toBe(true)
  })
})

describe('each kind of collateral', () => {
  test('a token is worth its amount at its price, every step truncated', () => {
    const cdp = aCdp({ loans: [[XRD, aLoan('100')]], collaterals: [[XUSDC, aCollateral('1.000001')]] })
    const [position] = judged(cdp, aMarket()).collaterals
    expect(text(position?.value)).toBe('225.57044092331683481')
    expect(text(position?.healthValue)).toBe('146.620786600155942626')
    expect(text(position?.liquidationValue)).toBe('157.899308646321784367')
    expect(text(position?.discountedValue)).toBe('210.813496190015733467')
  })

  test('a deposit unit is judged as the underlying it redeems for', () => {
    const pools = new Map([...aMarket().pools, [XUSDC, aPool(XUSDC_DEPOSIT_UNIT, { depositRatio: '0.96' })] as const])
    const cdp = aCdp({ loans: [[XRD, aLoan('100')]], collaterals: [[XUSDC_DEPOSIT_UNIT, aCollateral('1')]] })
    const [position] = judged(cdp, aMarket({ pools })).collaterals
    expect(text(position?.pledged)).toBe('1')
    expect(text(position?.amount)).toBe('1.041666666666666667')
    expect(text(position?.price)).toBe('225.570215353101481709')
    expect(text(position?.config.loanToValueRatio)).toBe('0.65')
  })

  test('an LSU is worth its redemption in XRD and judged by the configuration of XRD', () => {
    const cdp = aCdp({ loans: [[XRD, aLoan('1')]], collaterals: [[LSU, aCollateral('10')]] })
    const [position] = judged(cdp, aMarket()).collaterals
    expect(text(position?.price)).toBe('1.2')
    expect(text(position?.value)).toBe('12')
    expect(text(position?.liquidationValue)).toBe('9.6')
  })

  test('a claim NFT is worth the XRD it claims, a registered NFT what it stands for', () => {
    const claim = NonFungibleLocalId.parse('{01-02}')
    const basket = NonFungibleLocalId.parse('#5#')
    const recorded = aCollateral('0').configVersion
    const nfts: NftContents = new Map([
      [CLAIM_NFT, new Map([[claim, { underlying: new Map([[XRD, Decimal.parse('30')]]), claimEpoch: 5 }]])],
      [
        BASKET_NFT,
        new Map([
          [
            basket,
            {
              underlying: new Map([
                [XRD, Decimal.parse('10')],
                [XUSDC, Decimal.parse('2')],
              ]),
            },
          ],
        ]),
      ],
    ])
    const cdp = aCdp({
      loans: [[XRD, aLoan('24')]],
      nftCollaterals: [
        [CLAIM_NFT, { ids: [claim], configVersions: new Map([[XRD, recorded]]) }],
        [
          BASKET_NFT,
          {
            ids: [basket],
            configVersions: new Map([
              [XRD, recorded],
              [XUSDC, recorded],
            ]),
          },
        ],
      ],
    })
    const health = judged(cdp, aMarket(), nfts)
    expect(health.nfts.map((nft) => text(nft.value))).toEqual(['30', '461.140430706202963418'])
    // 30 × 0.8 + 10 × 0.8 + 451.14… × 0.7
    expect(text(health.totalLiquidationValue)).toBe('347.798301494342074392')
    expect(text(health.discountedCollateralValue)).toBe('0')
    expect(text(health.nfts[0]?.discountedValue)).toBe('28.037383177570093457')
  })

  test('loans and collaterals of several resources add up', () => {
    const cdp = aCdp({
      loans: [
        [XRD, aLoan('50')],
        [XUSDC, aLoan('1')],
      ],
      collaterals: [
        [XRD, aCollateral('100')],
        [XRD_DEPOSIT_UNIT, aCollateral('200')],
        [LSU, aCollateral('100')],
      ],
    })
    const health = judged(cdp, aMarket())
    expect(text(health.totalLoanValue)).toBe('275.570215353101481709')
    expect(text(health.totalCollateralValue)).toBe('420')
    expect(text(health.liquidationLtv)).toBe('0.820149450455659171')
    expect(text(health.healthLtv)).toBe('0.874826080486036449')
  })
})

describe('which configuration judges', () => {
  const expired = aCollateralConfig('0.75', '0.05', '0.07')
  const aboutTo = aCollateralConfig('0.65', '0.05', '0.07')
  const kept = aCollateralConfig('0.6', '0.05', '0.07')
  const inForce = aCollateralConfig('0.5', '0.05', '0.07')
  const group = aCollateralConfig('0.9', '0.02', '0.05')
  /** Versions count over all ids of the manager. */
  const configs: CollateralConfigs = {
    tracksHistory: true,
    current: new Map([
      [0, { version: 5, config: inForce }],
      [6, { version: 4, config: group }],
    ]),
    history: new Map([
      [1, { id: 0, config: expired, expiresAtMs: LEDGER_TIME_MS }],
      [2, { id: 0, config: aboutTo, expiresAtMs: LEDGER_TIME_MS + 30_000 }],
      [3, { id: 0, config: kept, expiresAtMs: null }],
      [4, { id: 6, config: group, expiresAtMs: null }],
      [5, { id: 0, config: inForce, expiresAtMs: null }],
      [7, { id: 9, config: expired, expiresAtMs: LEDGER_TIME_MS }],
    ]),
  }
  const judgedBy = (
    entryVersion: number,
    collateralConfigs = configs,
    atMs = LEDGER_TIME_MS,
    mode?: EfficiencyMode,
  ) => {
    const efficiencyMode: EfficiencyMode = mode ?? { kind: 'none' }
    const cdp = aCdp({
      loans: [[XRD, aLoan('1')]],
      collaterals: [[XRD, { amount: Decimal.ONE, configVersion: { entryVersion, efficiencyMode } }]],
    })
    const verdict = judgeHealth(cdp, aMarket({ collateralConfigs }), NO_NFTS, atMs)
    return verdict.kind === 'judged' ? text(verdict.health.collaterals[0]?.config.loanToValueRatio) : verdict.why
  }

  test('the recorded version while it has not expired, by whole minutes', () => {
    expect(judgedBy(2)).toBe('0.65')
    expect(judgedBy(2, configs, LEDGER_TIME_MS + 59_999)).toBe('0.65')
    expect(judgedBy(3)).toBe('0.6')
  })

  test('what its own id has in force from the moment of expiry', () => {
    expect(judgedBy(1)).toBe('0.5')
    expect(judgedBy(2, configs, LEDGER_TIME_MS + 60_000)).toBe('0.5')
  })

  test('none, where the recorded version is not on the ledger or its id has nothing in force', () => {
    expect(judgedBy(6)).toContain('collateral config version 6 is not on the ledger')
    expect(judgedBy(7)).toContain('collateral config 9 is not in the market snapshot')
  })

  test('a version of a group’s or the default config by its number, whatever the recorded mode', () => {
    expect(judgedBy(4, configs, LEDGER_TIME_MS, { kind: 'identical-resource' })).toBe('0.9')
    expect(judgedBy(3, configs, LEDGER_TIME_MS, { kind: 'efficiency-group', groupId: 0 })).toBe('0.6')
  })

  test('without history, what is in force for the recorded mode', () => {
    const plain = { ...configs, tracksHistory: false }
    const withDefault = { ...plain, current: new Map([...plain.current, [5, { version: 6, config: expired }]]) }
    expect(judgedBy(1, plain)).toBe('0.5')
    expect(judgedBy(1, plain, LEDGER_TIME_MS, { kind: 'efficiency-group', groupId: 0 })).toBe('0.9')
    expect(judgedBy(1, withDefault, LEDGER_TIME_MS, { kind: 'identical-resource' })).toBe('0.75')
  })
})

describe('what cannot be judged is unknown, never healthy', () => {
  const cdp = aCdp({ loans: [[XRD, aLoan('1')]], collaterals: [[XUSDC, aCollateral('1')]] })

  test.each([
    ['no price', aMarket({ prices: new Map() }), 'no price of'],
    ['no collateral config', aMarket({ collateralConfigs: aConfigTable([]) }), 'collateral config 2'],
    ['no lending pool of the loan', aMarket({ pools: new Map() }), 'no lending pool of'],
    ['a value beyond 192 bits', withPrice(aMarket(), XUSDC, Decimal.MAX.toString()), ''],
  ])('%s', (_, market, why) => {
    const twoTokens = { ...cdp, collaterals: new Map([[XUSDC, aCollateral('2')]]) }
    const verdict = judgeHealth(twoTokens, market, NO_NFTS)
    expect(verdict).toMatchObject({ kind: 'unjudged', cdpId: cdp.id, why: expect.stringContaining(why) })
  })

  test('an NFT whose content was not read', () => {
    const id = NonFungibleLocalId.parse('#1#')
    const withNft = aCdp({ nftCollaterals: [[CLAIM_NFT, { ids: [id], configVersions: new Map() }]] })
    expect(judgeHealth(withNft, aMarket(), NO_NFTS)).toMatchObject({ kind: 'unjudged' })
  })
})

describe('which price is in force', () => {
  const cdp = aCdp({ collaterals: [[XUSDC, aCollateral('1')]] })
  const reading = (cachedAgeMs: number, feedAgeMs: number) =>
    aMarket({
      prices: new Map([
        [
          XUSDC,
          {
            cached: { value: Decimal.parse('100'), atMs: LEDGER_TIME_MS - cachedAgeMs },
            feed: { value: Decimal.parse('200'), atMs: LEDGER_TIME_MS - feedAgeMs },
          },
        ],
      ]),
    })
  const priceIn = (market: MarketSnapshot) => {
    const verdict = judgeHealth(cdp, market, NO_NFTS)
    return verdict.kind === 'judged' ? text(verdict.health.collaterals[0]?.price) : verdict.kind
  }

  test('the cached one while it is younger than the debounce time', () => {
    expect(priceIn(reading(DEBOUNCE_MS - 1, 0))).toBe('100')
  })

  test('the feed’s from then on', () => {
    expect(priceIn(reading(DEBOUNCE_MS, 0))).toBe('200')
  })

  test('the feed’s up to its expiration, none from then on', () => {
    expect(priceIn(reading(DEBOUNCE_MS, PRICE_EXPIRATION_MS - 1))).toBe('200')
    expect(priceIn(reading(DEBOUNCE_MS, PRICE_EXPIRATION_MS))).toBe('unjudged')
  })

  test('the cached one stands in for a feed that was not read, up to the same expiration', () => {
    const cacheAlone = (ageMs: number) =>
      aMarket({
        prices: new Map([
          [XUSDC, { cached: { value: Decimal.parse('100'), atMs: LEDGER_TIME_MS - ageMs }, feed: null }],
        ]),
      })
    expect(priceIn(cacheAlone(DEBOUNCE_MS))).toBe('100')
    expect(priceIn(cacheAlone(PRICE_EXPIRATION_MS - 1))).toBe('100')
    expect(priceIn(cacheAlone(PRICE_EXPIRATION_MS))).toBe('unjudged')
    expect(priceIn(aMarket({ prices: new Map([[XUSDC, { cached: null, feed: null }]]) }))).toBe('unjudged')
  })

  test('always the feed’s when the cache serves only its own transaction', () => {
    const market = reading(0, 0)
    expect(priceIn({ ...market, rules: { ...market.rules, priceCacheMode: { kind: 'hash' } } })).toBe('200')
  })

  test('XRD is 1 whatever a feed says', () => {
    const market = withPrice(aMarket(), XRD, '2')
    const xrd = judgeHealth(aCdp({ collaterals: [[XRD, aCollateral('1')]] }), market, NO_NFTS)
    expect(xrd).toMatchObject({ kind: 'judged', health: { totalCollateralValue: Decimal.ONE } })
  })
})
