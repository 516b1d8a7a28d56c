import { Decimal as Oracle } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decimal, DecimalParseError, DecimalRangeError, type RoundingMode } from './decimal.ts'

/** An implementation of decimal arithmetic that shares nothing with ours, at a precision that never rounds here. */
const Exact = Oracle.clone({ precision: 400, toExpNeg: -1000, toExpPos: 1000, rounding: Oracle.ROUND_DOWN })
const ATTO = new Exact('1e-18')

const MAX_ATTOS = 2n ** 191n - 1n
const anyDecimal = fc
  .oneof(
    fc.bigInt({ min: -MAX_ATTOS, max: MAX_ATTOS }),
    fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    fc.bigInt({ min: -1000n, max: 1000n }),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => BigInt(whole) * 10n ** 18n),
  )
  .map((attos) => Decimal.fromAttos(attos))

const MODES: readonly (readonly [RoundingMode, Oracle.Rounding])[] = [
  ['ToPositiveInfinity', Oracle.ROUND_CEIL],
  ['ToNegativeInfinity', Oracle.ROUND_FLOOR],
  ['ToZero', Oracle.ROUND_DOWN],
  ['AwayFromZero', Oracle.ROUND_UP],
  ['ToNearestMidpointTowardZero', Oracle.ROUND_HALF_DOWN],
  ['ToNearestMidpointAwayFromZero', Oracle.ROUND_HALF_UP],
  ['ToNearestMidpointToEven', Oracle.ROUND_HALF_EVEN],
]

/** The oracle's text of what our number says, or that it is out of range. */
function oracleText(value: Oracle): string {
  const fits = value.dividedBy(ATTO).abs().lte(new Exact(2).pow(191).minus(1))
  return fits ? value.toFixed() : 'out of range'
}

function textOr(compute: () => Decimal): string {
  try {
    return compute().toString()
  } catch (error) {
    if (error instanceof DecimalRangeError) return 'out of range'
    throw error
  }
}

describe('against an independent oracle', () => {
  test('toString prints the exact number, never an exponent', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        expect(value.toString()).toBe(new Exact(value.attos.toString()).times(ATTO).toFixed())
        expect(value.toString()).toMatch(/^-?\d+(\.\d*[1-9])?$/)
      }),
    )
  })

  test('parse reads plain and exponent text back', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        const exponentText = new Exact(value.toString()).toExponential()
        expect(Decimal.parse(value.toString()).attos).toBe(value.attos)
        expect(Decimal.parse(exponentText).attos).toBe(value.attos)
      }),
    )
  })

  test('plus and minus are exact', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        expect(textOr(() => a.plus(b))).toBe(oracleText(new Exact(a.toString()).plus(b.toString())))
        expect(textOr(() => a.minus(b))).toBe(oracleText(new Exact(a.toString()).minus(b.toString())))
      }),
    )
  })

  test('times truncates towards zero at the 18th digit', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const product = new Exact(a.toString()).times(b.toString()).toDecimalPlaces(18, Oracle.ROUND_DOWN)
        expect(textOr(() => a.times(b))).toBe(oracleText(product))
      }),
    )
  })

  test('dividedBy truncates towards zero at the 18th digit', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        fc.pre(!b.isZero())
        const quotient = new Exact(a.toString()).dividedBy(b.toString()).toDecimalPlaces(18, Oracle.ROUND_DOWN)
        expect(textOr(() => a.dividedBy(b))).toBe(oracleText(quotient))
      }),
    )
  })

  test.each(MODES)('round %s', (mode, oracleMode) => {
    const midpoint = fc.bigInt({ min: -1000n, max: 1000n }).map((halves) => Decimal.fromAttos(halves * 5n * 10n ** 11n))
    fc.assert(
      fc.property(fc.oneof(anyDecimal, midpoint), fc.integer({ min: 0, max: 18 }), (value, places) => {
        const rounded = new Exact(value.toString()).toDecimalPlaces(places, oracleMode)
        expect(textOr(() => value.round(places, mode))).toBe(oracleText(rounded.isZero() ? new Exact(0) : rounded))
      }),
    )
  })

  test('comparisons agree with the difference', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const sign = new Exact(a.toString()).comparedTo(b.toString())
        expect(a.compareTo(b)).toBe(sign)
        expect([a.lt(b), a.lte(b), a.eq(b), a.gte(b), a.gt(b)]).toEqual([
          sign < 0,
          sign <= 0,
          sign === 0,
          sign >= 0,
          sign > 0,
        ])
      }),
    )
  })
})

describe('the price of 28 August 2026', () => {
  const usdPrice = Decimal.parse('1.18186e-7')

  test('exponent text keeps its exponent', () => {
    expect(usdPrice.toString()).toBe('0.000000118186')
  })

  test('divided by the price of XRD it is 0.0001289775517553719…, never 1289.78…', () => {
    // The nineteenth digit is a 9: published roundings end in 372, the ledger truncates.
    expect(usdPrice.dividedBy(Decimal.parse('0.00091633')).toString()).toBe('0.000128977551755371')
    // What the dropped `e-` made of it, digit for digit.
    expect(Decimal.parse('1.181867').dividedBy(Decimal.parse('0.00091633')).toString()).toBe('1289.783156723014634465')
  })
})

describe('text that is no exact decimal is refused', () => {
  test.each(['', ' 1', '1 ', '+1', '.5', '5.', '1,5', '1_000', '0x10', 'NaN', 'Infinity', '1e', '1e-', '--1', '1e1.5'])(
    '"%s"',
    (text) => {
      expect(() => Decimal.parse(text)).toThrow(DecimalParseError)
    },
  )

  test.each(['0.0000000000000000001', '1e-19', '1.5e-18', '1e101', `1${'0'.repeat(400)}`])('%s', (text) => {
    expect(() => Decimal.parse(text)).toThrow(DecimalParseError)
  })

  test('trailing zeros beyond the 18th digit are still exact', () => {
    expect(Decimal.parse('1.00000000000000000000').toString()).toBe('1')
  })
})

describe('the range of 192 bits', () => {
  test('the greatest and the least numbers print and parse', () => {
    const greatest = '3138550867693340381917894711603833208051.177722232017256447'
    expect(Decimal.MAX.toString()).toBe(greatest)
    expect(Decimal.parse(greatest).eq(Decimal.MAX)).toBe(true)
    expect(Decimal.parse('-3138550867693340381917894711603833208051.177722232017256448').eq(Decimal.MIN)).toBe(true)
  })

  test('one atto beyond either end is an error', () => {
    const atto = Decimal.fromAttos(1n)
    expect(() => Decimal.MAX.plus(atto)).toThrow(DecimalRangeError)
    expect(() => Decimal.MIN.minus(atto)).toThrow(DecimalRangeError)
    expect(() => Decimal.MIN.negated()).toThrow(DecimalRangeError)
    expect(() => Decimal.MAX.round(0, 'AwayFromZero')).toThrow(DecimalRangeError)
  })

  test('division by zero is an error, not infinity', () => {
    expect(() => Decimal.ONE.dividedBy(Decimal.ZERO)).toThrow(DecimalRangeError)
  })

  test('an unsafe integer is refused: its text may be another number', () => {
    expect(() => Decimal.fromInteger(2 ** 53)).toThrow(DecimalRangeError)
  })
})

test('minimum, maximum and sum', () => {
  const [one, two, three] = ['1', '2', '3'].map((text) => Decimal.parse(text))
  if (!one || !two || !three) throw new Error('three numbers were made')
  expect(Decimal.min(two, one, three).eq(one)).toBe(true)
  expect(Decimal.max(two, one, three).eq(three)).toBe(true)
  expect(Decimal.sum([one, two, three]).toString()).toBe('6')
})
