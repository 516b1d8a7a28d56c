import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import { INTEREST_STRATEGIES } from '../parameters.ts'
import type { InterestStrategy, PoolRecord } from '../records.ts'
import { instantLedger } from '../testing/ledgers.ts'
import { UnitRatio } from '../unit-ratio.ts'
import { accrued, rateAt } from './accrual.ts'
import { marketAnswers } from './answers.ts'
import { timesRoundedUp } from './pool.ts'

const [stable] = INTEREST_STRATEGIES as [InterestStrategy]
const one = Decimal.ONE
const share = Decimal.parse('0.2')
const simple = marketAnswers({ interest: 'simple', rate: 'start' })

function unitState(total: string, units: string) {
  return {
    divisibility: 6,
    total: Decimal.parse(total),
    units: Decimal.parse(units),
    ratio: UnitRatio.of(Decimal.parse(units), Decimal.parse(total)),
  }
}

const pool: PoolRecord = {
  depositUnit: 'du',
  interestRate: Decimal.parse('0.1'),
  interestUpdatedAtS: 1_000_000,
  pendingProtocolFee: Decimal.ZERO,
  deposits: unitState('1000', '900'),
  loans: unitState('700', '600'),
  strategyId: 0,
  updatePeriodS: 86_400,
  loanFeeRate: Decimal.ZERO,
  flashLoanFeeRate: Decimal.parse('0.001'),
  depositLimit: { kind: 'none' },
  utilisationLimit: Decimal.parse('0.95'),
}

test('reads the published interest curve, straight between its points', () => {
  const rates = ['0', '0.35', '0.7', '0.8', '0.9', '0.95', '1', '1.2'].map((usage) =>
    rateAt(stable, Decimal.parse(usage)).toString(),
  )
  expect(rates).toEqual(['0', '0.019999999999999999', '0.04', '0.27', '0.5', '2.75', '5', '14'])
})

test('accrues nothing before the update period is over', () => {
  expect(accrued(pool, stable, share, pool.interestUpdatedAtS + 86_399, simple)).toBe(pool)
})

test('accrues a year of interest at once, a fifth of it for the protocol', () => {
  const after = accrued(pool, stable, share, pool.interestUpdatedAtS + 31_536_000, simple)
  expect(after.loans.total.toString()).toBe('770')
  expect(after.deposits.total.toString()).toBe('1056')
  expect(after.pendingProtocolFee.toString()).toBe('14')
  expect(after.loans.units.toString()).toBe('600')
  expect(after.loans.ratio.toString()).toBe(UnitRatio.of(Decimal.parse('600'), Decimal.parse('770')).toString())
  expect(after.interestRate.eq(rateAt(stable, Decimal.parse('770').dividedBy(Decimal.parse('1056'))))).toBe(true)
  expect(after.interestUpdatedAtS).toBe(pool.interestUpdatedAtS + 31_536_000)
})

test('lets the stored ratio stand for get_cdp until an operation touches the pool', async () => {
  const ledger = await instantLedger({
    genesis: {
      cdps: [
        { collaterals: { XRD: '100000' }, loans: { xUSDC: '100' } },
        { collaterals: { XRD: '100000' }, loans: { xUSDC: '10' } },
      ],
    },
  })
  const before = ledger.control.liquidationLtv('#1#')
  ledger.control.advanceTime(40 * 86_400_000)
  ledger.control.advanceRound()
  expect(ledger.control.liquidationLtv('#1#').eq(before)).toBe(true)
  // Somebody else's repayment is an operation on the pool.
  ledger.control.repayLoan('#2#', { resource: 'xUSDC', amount: '1' })
  expect(ledger.control.liquidationLtv('#1#').gt(before)).toBe(true)
})

test('lends no more than the utilisation limit and withdraws no more than there is', async () => {
  const ledger = await instantLedger({
    genesis: {
      utilisation: { xUSDC: '0.94' },
      cdps: [{ collaterals: { XRD: '1000000000' }, loans: { xUSDC: '100000' } }],
    },
  })
  expect(() => ledger.control.borrow('#1#', { xUSDC: '6000' })).toThrow(/UtilizationLimitReached/)
  expect(ledger.control.borrow('#1#', { xUSDC: '100' })).toBeGreaterThan(0)
})

test('rounds up what the protocol is owed', () => {
  const third = one.dividedBy(Decimal.fromInteger(3))
  expect(timesRoundedUp(third, third).minus(third.times(third)).attos).toBe(1n)
  expect(timesRoundedUp(Decimal.fromInteger(2), third).toString()).toBe('0.666666666666666666')
})
