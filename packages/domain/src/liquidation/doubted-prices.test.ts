import { expect, test } from 'vitest'
import { planned, planningInput, quotesAt, verdictFor, wantedQuotes } from '../../test/liquidation-specimens.ts'
import {
  aCdp,
  aCollateral,
  aLoan,
  BASKET_NFT,
  HUG,
  LSULP,
  LSULP_DEPOSIT_UNIT,
  XETH,
  XRD,
  XUSDC,
} from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import { NonFungibleLocalId, type ResourceAddress } from '../ids.ts'
import type { PlanningInput } from './plan.ts'

function doubting(input: PlanningInput, ...resources: readonly ResourceAddress[]): PlanningInput {
  const range = { why: 'specimen', lowestXrd: Decimal.ZERO, highestXrd: Decimal.ONE }
  return { ...input, doubted: new Map(resources.map((resource) => [resource, range])) }
}

const CDP = aCdp({
  loans: [
    [XUSDC, aLoan('10')],
    [XETH, aLoan('0.000001')],
  ],
  collaterals: [
    [LSULP_DEPOSIT_UNIT, aCollateral('2400')],
    [XRD, aCollateral('1000')],
    [HUG, aCollateral('1000')],
  ],
})

test('what hangs on a doubted price is neither paid nor seized nor quoted', () => {
  const input = doubting(planningInput(CDP), LSULP, XETH)
  for (const { from, to } of wantedQuotes(input)) expect([from, to]).not.toContain(LSULP)
  const { payment, seizures } = planned(verdictFor(input, quotesAt(input)))
  expect(payment.resource).toBe(XUSDC)
  expect(seizures.map(({ resource }) => resource)).not.toContain(LSULP_DEPOSIT_UNIT)
  // Without the doubt it is the best to seize.
  const free = planningInput(CDP)
  expect(planned(verdictFor(free, quotesAt(free))).seizures.map(({ resource }) => resource)).toContain(
    LSULP_DEPOSIT_UNIT,
  )
})

test('an NFT that holds a doubted asset is not bought', () => {
  const id = NonFungibleLocalId.parse('#1#')
  const version = { entryVersion: 1, efficiencyMode: { kind: 'none' } } as const
  const cdp = aCdp({
    loans: [[XRD, aLoan('500')]],
    nftCollaterals: [[BASKET_NFT, { ids: [id], configVersions: new Map([[XUSDC, version]]) }]],
  })
  const nftContents = new Map([[BASKET_NFT, new Map([[id, { underlying: new Map([[XUSDC, Decimal.parse('2')]]) }]])]])
  const input = planningInput(cdp, { nftContents, balances: [[XRD, '10000']] })
  expect(verdictFor(input, quotesAt(input)).kind).toBe('planned')
  const verdict = verdictFor(doubting(input, XUSDC), quotesAt(input))
  expect(verdict).toMatchObject({ kind: 'impossible', why: `the price of ${XUSDC} is not believed` })
})
