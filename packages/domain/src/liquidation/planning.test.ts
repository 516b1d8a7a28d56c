import { describe, expect, test } from 'vitest'
import { venueOf } from '../../test/brute-force.ts'
import {
  alternativesFor,
  DEX,
  kinds,
  planned,
  planningInput,
  quotesAt,
  TOKEN_CDP,
  text,
  verdictFor,
  wantedQuotes,
} from '../../test/liquidation-specimens.ts'
import {
  aCdp,
  aCollateral,
  aCollateralConfig,
  aConfigTable,
  aLoan,
  aMarket,
  aPool,
  HUG,
  LEDGER_TIME_MS,
  LSULP,
  withPrice,
  withServiceOff,
  XETH,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
  XUSDT,
  XWBTC,
} from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import { ComponentAddress } from '../ids.ts'
import type { LendingPool, MarketSnapshot } from '../market.ts'
import { isPriced } from './alternative.ts'
import type { ExitQuote, PlanningInput } from './plan.ts'
import { Planning } from './planning.ts'

function withMarketServiceOff(service: string): MarketSnapshot {
  const { services } = aMarket()
  return aMarket({ services: { ...services, market: new Map([...services.market, [service, false]]) } })
}

function withLoanServices(loans: MarketSnapshot['services']['loans']): MarketSnapshot {
  return aMarket({ services: { ...aMarket().services, loans } })
}

function withPoolOfDebt(changes: Partial<LendingPool>): MarketSnapshot {
  const pool = { ...aPool(XUSDC_DEPOSIT_UNIT, { divisibility: 6 }), ...changes }
  return aMarket({ pools: new Map([...aMarket().pools, [XUSDC, pool]]) })
}

describe('a token collateral without own funds', () => {
  const input = planningInput(TOKEN_CDP)
  const plan = planned(verdictFor(input, quotesAt(input)))

  test('is bought with a flash loan of the debt, sold, and the loan repaid, in this order', () => {
    expect(kinds(plan)).toEqual(['flash-loan', 'liquidate', 'swap', 'assert-at-least', 'repay-flash-loan'])
    expect(plan.steps[0]).toEqual({ kind: 'flash-loan', resource: XUSDC, amount: Decimal.parse('5') })
    expect(plan.steps[1]).toEqual({ kind: 'liquidate', cdpId: TOKEN_CDP.id, payments: [XUSDC], collaterals: [XRD] })
    expect(plan.steps[2]).toEqual({
      kind: 'swap',
      component: DEX,
      from: XRD,
      to: XUSDC,
      amount: 'all',
      atLeast: Decimal.parse('5.101495'),
    })
    expect(plan.exit).toBe('dex')
  })

  test('the guard covers loan and fee, and the worst exit that the policy allows', () => {
    const guard = plan.steps.find((step) => step.kind === 'assert-at-least')
    // 5.005 are owed; 3 % below what the venue offers, itself 0.3 % below the oracle, the seized XRD still fetch this.
    expect(guard).toEqual({ kind: 'assert-at-least', resource: XUSDC, amount: Decimal.parse('5.101495') })
  })

  test('its terms add up to what comes home', () => {
    // 1 189.90… XRD seized net of the protocol's share, sold at 0.3 % below the oracle.
    expect(text(plan.seizures[0]?.amount)).toBe('1189.905443009145626163')
    expect(text(plan.expectedChanges.get(XUSDC))).toBe('0.254274')
    expect([...plan.expectedChanges.keys()]).toEqual([XUSDC])
    const { proceedsXrd, paidXrd, flashLoanFeeXrd, networkFeeXrd, profitXrd } = plan.terms
    expect(text(networkFeeXrd)).toBe('1')
    expect(text(profitXrd)).toBe(text(proceedsXrd.minus(paidXrd).minus(flashLoanFeeXrd).minus(networkFeeXrd)))
    expect(profitXrd.gt(Decimal.parse('56'))).toBe(true)
  })
})

test('needs no swap when the debt and the collateral are of one resource', () => {
  const cdp = aCdp({ loans: [[XRD, aLoan('2255')]], collaterals: [[XRD, aCollateral('2700')]] })
  const input = planningInput(cdp)
  expect(wantedQuotes(input)).toEqual([])
  const plan = planned(verdictFor(input, []))
  expect(kinds(plan)).toEqual(['flash-loan', 'liquidate', 'assert-at-least', 'repay-flash-loan'])
  // 1 127.5 × 0.07 × 0.8 less the flash loan's fee of 1.1275
  expect(text(plan.expectedChanges.get(XRD))).toBe('60.90755')
})

describe('deposit units', () => {
  const cdp = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XRD_DEPOSIT_UNIT, aCollateral('2700')]] })

  test('are redeemed and the underlying sold', () => {
    const input = planningInput(cdp)
    const plan = planned(verdictFor(input, quotesAt(input)))
    expect(kinds(plan)).toEqual([
      'flash-loan',
      'liquidate',
      'redeem-deposit-units',
      'swap',
      'assert-at-least',
      'repay-flash-loan',
    ])
    expect(plan.steps[3]).toMatchObject({ from: XRD, to: XUSDC })
  })

  test('of the debt’s own pool are redeemed into it', () => {
    const same = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XUSDC_DEPOSIT_UNIT, aCollateral('14')]] })
    const input = planningInput(same)
    const plan = planned(verdictFor(input, []))
    expect(kinds(plan)).toEqual([
      'flash-loan',
      'liquidate',
      'redeem-deposit-units',
      'assert-at-least',
      'repay-flash-loan',
    ])
    expect(plan.exit).toBe('pool-withdrawal')
  })

  test('of a lent-out pool are redeemed from what the own repayment brings in, which a flash loan would take out first', () => {
    const pool = aPool(XUSDC_DEPOSIT_UNIT, { liquidity: '5', divisibility: 6 })
    const market = aMarket({ pools: new Map([...aMarket().pools, [XUSDC, pool]]) })
    const same = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XUSDC_DEPOSIT_UNIT, aCollateral('14')]] })
    const lent = planned(verdictFor(planningInput(same, { market }), []))
    // 5.28 would have to be redeemed for a payment of 5: the most that fits is 4.73…, and the payment comes close to it.
    expect(text(lent.payment.amount)).toBe('4.726562')
    const own = planned(verdictFor(planningInput(same, { market, balances: [[XUSDC, '5']] }), []))
    expect(text(own.payment.amount)).toBe('5')
  })

  test('bring the interest that their redemption adds', () => {
    const due = aPool(XRD_DEPOSIT_UNIT, { interestRate: '0.365', interestUpdatedAtMs: LEDGER_TIME_MS - 86_400_000 })
    const market = aMarket({ pools: new Map([...aMarket().pools, [XRD, due]]) })
    const input = planningInput(cdp, { market })
    const [full] = wantedQuotes(input)
    // A day adds 7 200 to 10 million deposited; the units that are seized are counted before.
    expect(text(full?.amountIn)).toBe('1190.762603139121245503')
  })

  test('are held, paid with own funds, when the pool is lent out', () => {
    const market = aMarket({
      pools: new Map([...aMarket().pools, [XRD, aPool(XRD_DEPOSIT_UNIT, { liquidity: '3' })]]),
    })
    const input = planningInput(cdp, { market, balances: [[XUSDC, '100']] })
    const plan = planned(verdictFor(input, quotesAt(input)))
    expect(kinds(plan)).toEqual(['withdraw-own', 'liquidate', 'assert-at-least'])
    expect(plan.exit).toBe('hold')
    expect(text(plan.expectedChanges.get(XUSDC))).toBe('-5')
    expect(text(plan.expectedChanges.get(XRD_DEPOSIT_UNIT))).toBe('1189.905443009145626163')
  })

  test('cannot be liquidated at once with a lent-out pool and no own funds', () => {
    const market = aMarket({
      pools: new Map([...aMarket().pools, [XRD, aPool(XRD_DEPOSIT_UNIT, { liquidity: '3' })]]),
    })
    const input = planningInput(cdp, { market })
    expect(verdictFor(input, quotesAt(input))).toMatchObject({ kind: 'impossible' })
  })
})

describe('funding', () => {
  test('own funds save the flash loan’s fee', () => {
    const input = planningInput(TOKEN_CDP, { balances: [[XUSDC, '50']] })
    const plan = planned(verdictFor(input, quotesAt(input)))
    expect(plan.payment).toMatchObject({ fromWallet: Decimal.parse('5'), fromFlashLoan: Decimal.ZERO })
    expect(kinds(plan)).toEqual(['withdraw-own', 'liquidate', 'swap', 'assert-at-least'])
  })

  test('a flash loan adds what own funds lack', () => {
    const input = planningInput(TOKEN_CDP, { balances: [[XUSDC, '2']] })
    const plan = planned(verdictFor(input, quotesAt(input)))
    expect(plan.payment).toMatchObject({ fromWallet: Decimal.parse('2'), fromFlashLoan: Decimal.parse('3') })
    expect(kinds(plan).slice(0, 2)).toEqual(['flash-loan', 'withdraw-own'])
  })

  test('a thin pool makes the liquidation smaller, not impossible', () => {
    const market = aMarket({
      pools: new Map([...aMarket().pools, [XUSDC, aPool(XUSDC_DEPOSIT_UNIT, { liquidity: '2.3', divisibility: 6 })]]),
    })
    const input = planningInput(TOKEN_CDP, { market })
    expect(text(planned(verdictFor(input, quotesAt(input))).payment.amount)).toBe('2.3')
  })

  test('the pool’s own limit on flash loans counts as well', () => {
    const flashLoanLimit = { kind: 'amount', amount: Decimal.parse('1.5') } as const
    const market = aMarket({
      pools: new Map([...aMarket().pools, [XUSDC, aPool(XUSDC_DEPOSIT_UNIT, { flashLoanLimit })]]),
    })
    const input = planningInput(TOKEN_CDP, { market })
    expect(text(planned(verdictFor(input, quotesAt(input))).payment.amount)).toBe('1.5')
  })

  test('XRD that fees need is never spent', () => {
    const cdp = aCdp({ loans: [[XRD, aLoan('2255')]], collaterals: [[XRD, aCollateral('2700')]] })
    const input = planningInput(cdp, { balances: [[XRD, '500']] })
    const plan = planned(verdictFor(input, []))
    // 100 in reserve and 10 locked for this transaction.
    expect(text(plan.payment.fromWallet)).toBe('390')
  })

  test('own XRD is spent up to its cap, however large the wallet is said to be', () => {
    const cdp = aCdp({ loans: [[XRD, aLoan('2255')]], collaterals: [[XRD, aCollateral('2700')]] })
    const rich = planningInput(cdp, { balances: [[XRD, '300000']] })
    const input = { ...rich, spendable: new Map([[XRD, Decimal.parse('300')]]) }
    expect(text(planned(verdictFor(input, [])).payment.fromWallet)).toBe('300')
  })

  test('what the caps do not name is not spent at all', () => {
    const rich = planningInput(TOKEN_CDP, { balances: [[XUSDC, '8']] })
    const input = { ...rich, spendable: new Map([[XRD, Decimal.parse('300')]]) }
    expect(text(planned(verdictFor(input, quotesAt(input))).payment.fromWallet)).toBe('0')
  })

  test('a share of own funds leaves the rest to liquidations running at the same time', () => {
    const input = planningInput(TOKEN_CDP, {
      balances: [[XUSDC, '8']],
      policy: { ownFundsShare: Decimal.parse('0.25') },
    })
    expect(text(planned(verdictFor(input, quotesAt(input))).payment.fromWallet)).toBe('2')
  })

  test.each([
    ['the pool names no receipt', aMarket({ flashLoanTerm: null }), 'names no receipt of flash loans'],
    ['its fee is unknown', withPoolOfDebt({ flashLoanFeeRate: null }), 'fee of a flash loan is unknown'],
    ['its vault is unknown', withPoolOfDebt({ liquidity: null }), 'vault is unknown'],
    ['its limit is unknown', withPoolOfDebt({ flashLoanLimit: { kind: 'unknown', why: 'odd' } }), 'is unknown: odd'],
  ])('without knowing how to repay it no flash loan is taken, own funds are: %s', (_, market, why) => {
    const without = planningInput(TOKEN_CDP, { market })
    expect(verdictFor(without, quotesAt(without))).toMatchObject({
      kind: 'impossible',
      why: expect.stringContaining(why),
    })
    const withOwn = planningInput(TOKEN_CDP, { market, balances: [[XUSDC, '1']] })
    expect(text(planned(verdictFor(withOwn, quotesAt(withOwn))).payment.amount)).toBe('1')
  })

  test('a disabled flash loan service leaves own funds only', () => {
    const market = withServiceOff(aMarket(), 'pool', 'Global', 'FlashLoan')
    const without = planningInput(TOKEN_CDP, { market })
    expect(verdictFor(without, quotesAt(without))).toMatchObject({
      kind: 'impossible',
      why: expect.stringContaining('FlashLoan (Global) is off'),
    })
    const withOwn = planningInput(TOKEN_CDP, { market, balances: [[XUSDC, '1']] })
    expect(text(planned(verdictFor(withOwn, quotesAt(withOwn))).payment.amount)).toBe('1')
  })
})

describe('the exit', () => {
  test('price impact makes a smaller size the better one', () => {
    // A bonus of 3 % bears no impact of 2.9 %; small amounts have next to none.
    const market = aMarket({ collateralConfigs: aConfigTable([[0, aCollateralConfig('0.75', '0.05', '0.03')]]) })
    const input = planningInput(TOKEN_CDP, { market })
    const quotes = wantedQuotes(input).map((request): ExitQuote => {
      const kept = request.amountIn.gt(Decimal.parse('400')) ? '0.971' : '0.999'
      const fair = request.amountIn.dividedBy(Decimal.parse('225.570215353101481709'))
      return {
        ...request,
        venue: 'thin',
        component: DEX,
        amountOut: fair.times(Decimal.parse(kept)).round(6, 'ToZero'),
      }
    })
    expect(text(planned(verdictFor(input, quotes)).payment.amount)).toBe('1.25')
  })

  test('a market that leads the oracle by more than the allowed slippage stops no sale that still earns', () => {
    const input = planningInput(TOKEN_CDP, { balances: [[XUSDC, '5']] })
    expect(planned(verdictFor(input, quotesAt(input, '0.035'))).exit).toBe('dex')
    // Some 5.6 % are earned at most, less the fees.
    expect(verdictFor(input, quotesAt(input, '0.0575'))).toMatchObject({ kind: 'unprofitable' })
    // The allowed 3 %, and 3 % of what is left: beyond, it is not sold at all.
    const lent = planningInput(TOKEN_CDP)
    expect(verdictFor(lent, quotesAt(lent, '0.06'))).toMatchObject({ kind: 'impossible' })
  })

  test('what the own trade moves by more than the allowed slippage is not sold', () => {
    const input = planningInput(TOKEN_CDP)
    /** The market leads the oracle by 2 %; only the largest trade moves it. */
    const isLargestSold = (cost: string) => {
      const isLargest = ({ amountIn }: ExitQuote) => amountIn.gt(Decimal.parse('1000'))
      const quotes = [
        ...quotesAt(input, '0.02').filter((quote) => !isLargest(quote)),
        ...quotesAt(input, cost).filter(isLargest),
      ]
      return alternativesFor(input, quotes).some(
        (each) => isPriced(each) && each.plan().payment.amount.eq(Decimal.parse('5')),
      )
    }
    expect(isLargestSold('0.0493')).toBe(true)
    expect(isLargestSold('0.0495')).toBe(false)
  })

  test('of two venues the better answer counts', () => {
    const input = planningInput(TOKEN_CDP)
    const better = ComponentAddress.parse('component_rdx1cqspecimenofabetterdex')
    const quotes = [
      ...quotesAt(input, '0.01'),
      ...quotesAt(input, '0.002').map((quote) => ({ ...quote, component: better })),
    ]
    expect(planned(verdictFor(input, quotes)).steps[2]).toMatchObject({ kind: 'swap', component: better })
  })

  test('an oracle far above what venues pay does not make holding look good', () => {
    const market = withPrice(aMarket(), HUG, '1275.048956797137538379')
    const cdp = aCdp({ loans: [[XUSDC, aLoan('1000000')]], collaterals: [[HUG, aCollateral('539703')]] })
    const input = planningInput(cdp, { market, balances: [[XUSDC, '1000000']] })
    const quotes = wantedQuotes(input).map(
      (request): ExitQuote => ({ ...request, venue: 'specimen', component: DEX, amountOut: Decimal.parse('0.3') }),
    )
    expect(verdictFor(input, quotes)).toMatchObject({ kind: 'unprofitable' })
  })
})

describe('the size', () => {
  const thin = (input: PlanningInput, depthXrd: string) => {
    const planning = new Planning(input)
    const venue = venueOf(input, Decimal.parse(depthXrd), Decimal.parse('0.003'))
    for (let wanted = planning.wanted(); wanted.length > 0; wanted = planning.wanted())
      planning.answer(
        wanted.map((request) => ({
          ...request,
          venue: 'thin',
          component: DEX,
          amountOut: venue(request) ?? Decimal.ZERO,
        })),
      )
    return planning.verdict()
  }
  const large = aCdp({ loans: [[XUSDC, aLoan('4000')]], collaterals: [[XRD, aCollateral('1080000')]] })

  test('goes down to what a thin market takes, while the bonus pays for the fee', () => {
    const { terms } = planned(thin(planningInput(large), '10000'))
    expect(terms.paidXrd.lt(Decimal.parse('1000'))).toBe(true)
    expect(terms.profitXrd.gte(Decimal.parse('2'))).toBe(true)
    expect(thin(planningInput(large), '100').kind).not.toBe('planned')
  })

  test('is found between those tried, also when none of them earns the minimum', () => {
    const tried = (minProfitXrd: string) =>
      planningInput(TOKEN_CDP, { policy: { minProfitXrd: Decimal.parse(minProfitXrd) } })
    const first = verdictFor(tried('-100'), venueAnswers(tried('-100'), '15000'))
    const best = planned(first).terms.profitXrd
    const above = tried(best.plus(Decimal.parse('0.1')).toString())
    expect(verdictFor(above, venueAnswers(above, '15000')).kind).toBe('unprofitable')
    expect(thin(above, '15000').kind).toBe('planned')
  })

  function venueAnswers(input: PlanningInput, depthXrd: string): readonly ExitQuote[] {
    const venue = venueOf(input, Decimal.parse(depthXrd), Decimal.parse('0.003'))
    return wantedQuotes(input).map((request) => ({
      ...request,
      venue: 'thin',
      component: DEX,
      amountOut: venue(request) ?? Decimal.ZERO,
    }))
  }
})

describe('many collaterals', () => {
  const worth143 = [
    [XUSDC, '0.634'],
    [XUSDT, '0.623'],
    [XWBTC, '0.00000563'],
    [XETH, '0.000145'],
    [LSULP, '124'],
    [HUG, '143'],
    [XRD_DEPOSIT_UNIT, '143'],
  ] as const

  test('of equal worth are seized together, what is of most worth first, and all sold for a debt of XRD', () => {
    const collaterals = worth143.map(([resource, units]) => [resource, aCollateral(units)] as const)
    const cdp = aCdp({ loans: [[XRD, aLoan('900')]], collaterals })
    // Each alone earns some 7 XRD.
    const input = planningInput(cdp, { policy: { minProfitXrd: Decimal.parse('15') } })
    const plan = planned(verdictFor(input, quotesAt(input)))
    expect(plan.seizures.length).toBeGreaterThan(2)
    expect(plan.steps.filter(({ kind }) => kind === 'swap').length).toBeGreaterThan(1)
    expect(wantedQuotes(input).length).toBeLessThan(150)
  })
})

describe('why nothing can be done', () => {
  test('is not said to be bad debt when the loan is all but repaid', () => {
    const cdp = aCdp({ loans: [[XUSDC, aLoan('0.000001')]], collaterals: [[XRD, aCollateral('0.00027')]] })
    const input = planningInput(cdp)
    const verdict = verdictFor(input, [])
    expect(verdict).toMatchObject({
      kind: 'impossible',
      why: expect.stringContaining('less than the smallest payment'),
    })
    expect(verdict).not.toMatchObject({ why: expect.stringContaining('bad debt') })
    expect(verdict).not.toMatchObject({ why: expect.stringContaining('flash loan') })
  })
})

describe('what the operator allows', () => {
  test('below the minimum profit nothing is done, and the table says what was looked at', () => {
    const input = planningInput(TOKEN_CDP, { policy: { minProfitXrd: Decimal.parse('60') } })
    const verdict = verdictFor(input, quotesAt(input))
    expect(verdict).toMatchObject({ kind: 'unprofitable', minProfitXrd: Decimal.parse('60') })
    expect(verdict.alternatives.length).toBeGreaterThan(4)
    expect(verdict.alternatives.every((each) => each.verdict !== 'chosen')).toBe(true)
  })

  test('in protocol mode a loss is accepted up to the limit per CDP and what is left of the day’s', () => {
    const policy = {
      maxSlippage: Decimal.parse('0.2'),
      protocolMode: { maxLossPerCdpXrd: Decimal.parse('100'), maxLossPerDayXrd: Decimal.parse('1000') },
    }
    const input = planningInput(TOKEN_CDP, { policy, balances: [[XUSDC, '5']] })
    const quotes = quotesAt(input, '0.1')
    const atLoss = planned(verdictFor(input, quotes))
    expect(atLoss.terms.profitXrd.isNegative()).toBe(true)
    // It repays as much as the limit bears, not as little as possible.
    expect(text(atLoss.payment.amount)).toBe('5')
    expect(planned(verdictFor({ ...input, lossBudgetLeftXrd: Decimal.parse('20') }, quotes)).payment.amount).toEqual(
      Decimal.parse('1.25'),
    )
    expect(verdictFor({ ...input, lossBudgetLeftXrd: Decimal.parse('1') }, quotes)).toMatchObject({
      kind: 'unprofitable',
    })
  })

  test('in protocol mode too, the guard covers the flash loan and its fee', () => {
    const policy = {
      maxSlippage: Decimal.parse('0.2'),
      protocolMode: { maxLossPerCdpXrd: Decimal.parse('500'), maxLossPerDayXrd: Decimal.parse('1000') },
    }
    const input = planningInput(TOKEN_CDP, { policy })
    const plan = planned(verdictFor(input, quotesAt(input, '0.04')))
    expect(plan.steps.find((step) => step.kind === 'assert-at-least')).toMatchObject({
      amount: Decimal.parse('5.005'),
    })
  })

  test.each([
    ['the CDP', TOKEN_CDP.id],
    ['the debt', XUSDC],
    ['the collateral', XRD],
  ])('%s on the deny list is left alone until the entry expires', (_, subject) => {
    const denied = [{ subject, reason: 'under review', expiresAtMs: LEDGER_TIME_MS + 1 }]
    const input = planningInput(TOKEN_CDP, { policy: { denied } })
    expect(verdictFor(input, quotesAt(input))).toMatchObject({
      kind: 'impossible',
      why: expect.stringContaining('deny list: under review'),
    })
    const later = { ...input, nowMs: LEDGER_TIME_MS + 1 }
    expect(verdictFor(later, quotesAt(later))).toMatchObject({ kind: 'planned' })
  })

  test('an allow-list of CDPs leaves resources free, and still restricts when its entries expired', () => {
    const allowed = [{ subject: TOKEN_CDP.id, reason: 'trial', expiresAtMs: LEDGER_TIME_MS + 1 }]
    const input = planningInput(TOKEN_CDP, { policy: { allowed } })
    expect(verdictFor(input, quotesAt(input))).toMatchObject({ kind: 'planned' })
    expect(verdictFor({ ...input, nowMs: LEDGER_TIME_MS + 1 }, quotesAt(input))).toMatchObject({
      kind: 'impossible',
      why: expect.stringContaining('not on the allow list'),
    })
    const other = [{ subject: '#8#', reason: 'trial', expiresAtMs: null }]
    const others = planningInput(TOKEN_CDP, { policy: { allowed: other } })
    expect(verdictFor(others, quotesAt(others))).toMatchObject({ kind: 'impossible' })
  })

  test.each([
    ['the market’s switch for updates', withMarketServiceOff('UpdateCDP')],
    ['removing collateral', withServiceOff(aMarket(), 'collaterals', 'GlobalResource', 'RemoveForLiquidation')],
    ['removing this one', withServiceOff(aMarket(), 'collaterals', XRD, 'RemoveForLiquidation')],
    ['repaying', withServiceOff(aMarket(), 'loans', 'Global', 'RepayForLiquidation')],
    ['a service that is missing in the entry', withLoanServices(new Map([['Global', new Map()]]))],
    ['no entry at all, so that nobody knows', withLoanServices(new Map())],
  ])('a disabled service makes no plan: %s', (_, market) => {
    const input = planningInput(TOKEN_CDP, { market })
    expect(verdictFor(input, quotesAt(input))).toMatchObject({ kind: 'impossible' })
  })
})

describe('several collaterals', () => {
  const cdp = aCdp({
    loans: [[XUSDC, aLoan('20')]],
    collaterals: [
      [HUG, aCollateral('5000000')],
      [XRD_DEPOSIT_UNIT, aCollateral('700')],
      [XRD, aCollateral('900')],
    ],
  })

  test('of one resource once redeemed are sold together', () => {
    const input = planningInput(cdp)
    const plan = planned(verdictFor(input, quotesAt(input)))
    expect(plan.seizures.map((each) => each.resource).sort()).toEqual([XRD_DEPOSIT_UNIT, XRD].sort())
    expect(kinds(plan).filter((kind) => kind === 'swap')).toHaveLength(1)
  })

  test('of different resources are never sold in one transaction: the second trade would fetch less than its quote', () => {
    const input = planningInput(cdp, { balances: [[XUSDC, '20']], policy: { minProfitXrd: Decimal.parse('-1000') } })
    const plans = alternativesFor(input, quotesAt(input)).filter(isPriced)
    expect(plans.length).toBeGreaterThan(0)
    for (const { plan } of plans)
      expect(plan().steps.filter((step) => step.kind === 'swap').length).toBeLessThanOrEqual(1)
  })
})
