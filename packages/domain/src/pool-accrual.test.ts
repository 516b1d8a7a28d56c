import { describe, expect, test } from 'vitest'
import { aMarket, aPool, LEDGER_TIME_MS, XRD_DEPOSIT_UNIT } from '../test/specimens.ts'
import { isAccrualDue, poolAfterAccrual } from './pool-accrual.ts'

const DAY_MS = 86_400_000
const market = aMarket()
const pool = aPool(XRD_DEPOSIT_UNIT, { interestRate: '0.365' })

describe('interest is added once a day, by the operation that touches the pool', () => {
  test('nothing moves within the period', () => {
    expect(isAccrualDue(pool, LEDGER_TIME_MS + DAY_MS - 1)).toBe(false)
    expect(poolAfterAccrual(pool, market, LEDGER_TIME_MS + DAY_MS - 1)).toBe(pool)
  })

  test('a day at 36.5 %, compounded by the minute, adds a thousandth to the debt and four fifths of that to the deposits', () => {
    expect(isAccrualDue(pool, LEDGER_TIME_MS + DAY_MS)).toBe(true)
    const after = poolAfterAccrual(pool, market, LEDGER_TIME_MS + DAY_MS)
    expect(after.loans.total.toString()).toBe('9009004.498372239894')
    expect(after.deposits.total.toString()).toBe('10007203.5986977919152')
    expect(after.loans.unitRatio.toString()).toBe('0.999000500180251120983173954880163514')
    expect(after.interestUpdatedAtMs).toBe(LEDGER_TIME_MS + DAY_MS)
  })

  test('an empty pool keeps its ratio', () => {
    const empty = { ...pool, loans: { ...pool.loans, total: pool.loans.total.minus(pool.loans.total) } }
    expect(poolAfterAccrual(empty, market, LEDGER_TIME_MS + DAY_MS).loans.unitRatio.toString()).toBe('1')
  })
})
