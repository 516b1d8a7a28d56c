import { describe, expect, test } from 'vitest'
import { Decimal } from './decimal.ts'
import { PreciseDecimal } from './precise-decimal.ts'
import { amountOfUnits, unitRatioOf, unitsOfAmount } from './unit-ratio.ts'

/** Real deposits on mainnet: ratio before, amount, units minted, and what truncation would have minted. */
const MAINNET_DEPOSITS: readonly (readonly [string, string, string, string])[] = [
  ['0.99698036994226718619387535341873428', '708000', '705862.101919125167825264', '705862.101919125167825263'],
  ['0.996728506186092340747115725931967702', '91000', '90702.294062934403007988', '90702.294062934403007987'],
  ['0.99297098544957648290843332313383747', '100', '99.297098544957648291', '99.29709854495764829'],
  ['0.99134662452828792287382563719687433', '473000', '468906.95340188018751932', '468906.953401880187519319'],
  ['0.991343034618990414474570616401556033', '553000', '548212.698144301699204438', '548212.698144301699204437'],
  ['0.991305860033821087920529264211190236', '129800', '128671.500632389977212085', '128671.500632389977212084'],
  ['0.991100374707085368117062002330834942', '119866', '118799.23751463949473472', '118799.237514639494734719'],
  ['0.988096959582606186620308587174920131', '50', '49.404847979130309331', '49.404847979130309331'],
]

describe('units and amounts', () => {
  test.each(MAINNET_DEPOSITS)('a deposit at %s of %s mints %s', (ratio, amount, minted, truncated) => {
    const units = (mode?: 'ToZero') =>
      unitsOfAmount(Decimal.parse(amount), PreciseDecimal.parse(ratio), mode).toString()
    expect(units()).toBe(minted)
    expect(units('ToZero')).toBe(truncated)
  })

  test('an amount keeps what a ratio of 18 digits would lose', () => {
    const ratio = PreciseDecimal.parse('0.931531903162651004786591750048275025')
    expect(amountOfUnits(Decimal.parse('120000.5'), ratio).toString()).toBe('128820.601412131345697028')
    const cut = PreciseDecimal.fromDecimal(ratio.toDecimal('ToZero'))
    expect(amountOfUnits(Decimal.parse('120000.5'), cut).toString()).not.toBe('128820.601412131345697028')
  })

  test('an exact midpoint goes towards zero', () => {
    expect(unitsOfAmount(Decimal.parse('0.000000000000000001'), PreciseDecimal.parse('0.5')).toString()).toBe('0')
    expect(unitsOfAmount(Decimal.parse('0.000000000000000003'), PreciseDecimal.parse('0.5')).attos).toBe(1n)
    expect(unitsOfAmount(Decimal.parse('-0.000000000000000003'), PreciseDecimal.parse('0.5')).attos).toBe(-1n)
  })

  test('a ratio of zero gives nothing instead of a failure', () => {
    expect(amountOfUnits(Decimal.ONE, PreciseDecimal.ZERO).isZero()).toBe(true)
  })

  test('a pool that is empty starts at one, any other at 36 digits', () => {
    expect(unitRatioOf(Decimal.ZERO, Decimal.ZERO).toString()).toBe('1')
    expect(unitRatioOf(Decimal.ONE, Decimal.parse('3')).toString()).toBe(`0.${'3'.repeat(36)}`)
  })
})

describe('PreciseDecimal', () => {
  test.each(['0', '1', '-0.000000000000000000000000000000000001', '123456789012345678901234567890.5'])(
    'prints %s as it was read',
    (text) => expect(PreciseDecimal.parse(text).toString()).toBe(text),
  )

  test.each(['', 'abc', '1e5', '.5', '5.', '0.0000000000000000000000000000000000001', '+1', ' 1'])(
    'refuses "%s"',
    (text) => expect(() => PreciseDecimal.parse(text)).toThrow('is not an exact decimal'),
  )

  test('refuses what 256 bits do not hold, and a division by zero', () => {
    expect(() => PreciseDecimal.parse(`1${'0'.repeat(50)}`)).toThrow('256-bit')
    expect(() => PreciseDecimal.ONE.dividedBy(PreciseDecimal.ZERO)).toThrow('divided by zero')
  })

  test('refuses to become a Decimal that cannot hold it', () => {
    expect(() => PreciseDecimal.fromSubunits(2n ** 254n).toDecimal('ToZero')).toThrow('192-bit')
  })
})
