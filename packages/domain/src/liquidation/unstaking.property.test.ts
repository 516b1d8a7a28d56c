import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bestByBruteForce, venueOf } from '../../test/brute-force.ts'
import { alternativesFor, DEX, planningInput, verdictFor, wantedQuotes } from '../../test/liquidation-specimens.ts'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  aPool,
  BASKET_NFT,
  CLAIM_NFT,
  LSU,
  LSULP,
  LSULP_DEPOSIT_UNIT,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
} from '../../test/specimens.ts'
import { bestNft, bestUnstakedLsu } from '../../test/unstaking-brute-force.ts'
import { carryOut, type Venue } from '../../test/worktop.ts'
import { Decimal } from '../decimal.ts'
import { isLiquidatable } from '../health.ts'
import { NonFungibleLocalId, type ResourceAddress } from '../ids.ts'
import type { NftContent, NftContents } from '../market.ts'
import { isPriced } from './alternative.ts'
import type { ExitQuote, PlanningInput } from './plan.ts'

/** LSU, claim NFTs, registered NFTs and what may be pledged beside them, under one to three loans. */

const LOANS = [XRD, XUSDC, LSULP] as const
const value = fc.integer({ min: 5, max: 2000 }).map(String)
const sometimes = (most: number) => fc.oneof(fc.constant('0'), fc.integer({ min: 1, max: most }).map(String))
const nft = fc.record({ kind: fc.constantFrom('ready', 'waiting', 'basket'), valueXrd: value })

const drawing = fc.record({
  loans: fc.uniqueArray(fc.constantFrom(...LOANS), { minLength: 1, maxLength: 3 }),
  loanValues: fc.tuple(value, value, value),
  lsuXrd: fc.option(value, { nil: undefined }),
  besides: fc.option(fc.constantFrom(XRD, XUSDC, LSULP_DEPOSIT_UNIT), { nil: undefined }),
  besidesXrd: value,
  nfts: fc.array(nft, { maxLength: 2 }),
  liquidity: fc.tuple(sometimes(5000), sometimes(5000), sometimes(5000)),
  balances: fc.tuple(sometimes(2000), sometimes(1000), sometimes(1000)),
  lsuExit: fc.constantFrom('hold' as const, 'finance' as const, 'dex' as const),
  depthXrd: fc.constantFrom('3000', '200000'),
  venueFee: fc.constantFrom('0', '0.003', '0.01'),
})
type Drawn = typeof drawing extends fc.Arbitrary<infer T> ? T : never

const recorded = aCollateral('0').configVersion
const idOf = (index: number) => NonFungibleLocalId.parse(`#${index + 1}#`)

/** Roughly `xrd` worth of the resource. */
function worth(resource: ResourceAddress, xrd: string): string {
  if (resource !== XUSDC) return xrd
  return Decimal.parse(xrd).dividedBy(Decimal.parse('225')).round(6, 'ToPositiveInfinity').toString()
}

function contentOf({ kind, valueXrd }: Drawn['nfts'][number], epoch: number): NftContent {
  if (kind === 'basket')
    return {
      underlying: new Map([
        [XRD, Decimal.parse(valueXrd)],
        [XUSDC, Decimal.parse(worth(XUSDC, valueXrd))],
      ]),
    }
  const claimEpoch = kind === 'ready' ? epoch : epoch + 100
  return { underlying: new Map([[XRD, Decimal.parse(valueXrd)]]), claimEpoch }
}

function caseOf(drawn: Drawn): { input: PlanningInput; venue: Venue } {
  const pool = (depositUnit: ResourceAddress, index: 0 | 1 | 2, divisibility: number) =>
    aPool(depositUnit, { liquidity: drawn.liquidity[index], divisibility })
  const market = aMarket({
    pools: new Map([
      [XRD, pool(XRD_DEPOSIT_UNIT, 0, 18)],
      [XUSDC, pool(XUSDC_DEPOSIT_UNIT, 1, 6)],
      [LSULP, pool(LSULP_DEPOSIT_UNIT, 2, 18)],
    ]),
  })
  const { epoch } = market.syncPoint
  const isBasket = (index: number) => drawn.nfts[index]?.kind === 'basket'
  const of = (basket: boolean) =>
    drawn.nfts.flatMap((each, index) =>
      isBasket(index) === basket ? [[idOf(index), contentOf(each, epoch)] as const] : [],
    )
  const nftContents: NftContents = new Map([
    [CLAIM_NFT, new Map(of(false))],
    [BASKET_NFT, new Map(of(true))],
  ])
  const pledge = (resource: ResourceAddress, of: readonly ResourceAddress[]) => {
    const ids = [...(nftContents.get(resource)?.keys() ?? [])].map((id) => NonFungibleLocalId.parse(id))
    return ids.length === 0
      ? []
      : [[resource, { ids, configVersions: new Map(of.map((each) => [each, recorded])) }] as const]
  }
  const cdp = aCdp({
    loans: drawn.loans.map((resource, index) => [resource, aLoan(worth(resource, drawn.loanValues[index] ?? '5'))]),
    collaterals: [
      ...(drawn.lsuXrd ? [[LSU, aCollateral(drawn.lsuXrd)] as const] : []),
      ...(drawn.besides ? [[drawn.besides, aCollateral(worth(drawn.besides, drawn.besidesXrd))] as const] : []),
    ],
    nftCollaterals: [...pledge(CLAIM_NFT, [XRD]), ...pledge(BASKET_NFT, [XRD, XUSDC])],
  })
  const balances = LOANS.map((resource, index) => [resource, worth(resource, drawn.balances[index] ?? '0')] as const)
  const policy = { lsuExit: drawn.lsuExit, minProfitXrd: Decimal.parse('-100000') }
  const input = planningInput(cdp, { market, balances, policy, nftContents })
  return { input, venue: venueOf(input, Decimal.parse(drawn.depthXrd), Decimal.parse(drawn.venueFee)) }
}

function answers(input: PlanningInput, venue: Venue): readonly ExitQuote[] {
  return wantedQuotes(input).flatMap((request) => {
    const amountOut = venue(request)
    return amountOut ? [{ ...request, venue: 'deep', component: DEX, amountOut }] : []
  })
}

/** XRD that rounding may decide: the smallest unit of a dollar, which a purchase of another size happens to lose or not. */
const ROUNDING = Decimal.parse('0.000226')

test('the chosen plan is never worse than unstaking, financing or buying NFTs in any way that brute force finds', () => {
  const best: Record<string, number> = {}
  fc.assert(
    fc.property(drawing, (drawn) => {
      const { input, venue } = caseOf(drawn)
      fc.pre(isLiquidatable(input.health))
      const verdict = verdictFor(input, answers(input, venue))
      const found = {
        fungible: bestByBruteForce(input, venue),
        lsu: bestUnstakedLsu(input, venue),
        nft: bestNft(input, venue),
      }
      const profit = verdict.kind === 'planned' ? verdict.plan.terms.profitXrd : Decimal.MIN
      for (const [kind, theirs] of Object.entries(found)) {
        if (!theirs) continue
        best[kind] = (best[kind] ?? 0) + 1
        expect({
          kind,
          profit: profit.toString(),
          theirs: theirs.toString(),
          isBest: profit.plus(ROUNDING).gte(theirs),
        }).toMatchObject({ isBest: true })
      }
      if (Object.values(found).every((each) => each === undefined)) expect(verdict.kind).toBe('impossible')
    }),
    { numRuns: 400 },
  )
  for (const kind of ['fungible', 'lsu', 'nft']) expect(best[kind]).toBeGreaterThan(20)
})

test('every such plan can be carried out step by step and moves exactly what it says', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(drawing, (drawn) => {
      const { input, venue } = caseOf(drawn)
      for (const alternative of alternativesFor(input, answers(input, venue))) {
        if (!isPriced(alternative)) continue
        const plan = alternative.plan()
        for (const { kind } of plan.steps) seen.add(kind)
        expect(asText(carryOut(plan, input, venue))).toEqual(asText(plan.expectedChanges))
      }
    }),
    { numRuns: 200 },
  )
  expect([...seen]).toEqual(expect.arrayContaining(['unstake', 'open-cdp', 'liquidate-nft', 'claim-xrd']))
})

function asText(changes: ReadonlyMap<ResourceAddress, Decimal>): Record<string, string> {
  return Object.fromEntries([...changes].map(([resource, amount]) => [resource, amount.toString()]))
}
