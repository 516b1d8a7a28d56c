import { Decimal, DecimalParseError, DecimalRangeError } from '@weft/domain/decimal'
import { describe, expect, test } from 'vitest'
import { UnitRatio } from './unit-ratio.ts'

describe('the unit ratio', () => {
  // Real deposits into the mainnet pool, published by Weft: ratio before, amount, units minted.
  test.each([
    ['0.99698036994226718619387535341873428', '708000', '705862.101919125167825264'],
    ['0.996728506186092340747115725931967702', '91000', '90702.294062934403007988'],
    ['0.99297098544957648290843332313383747', '100', '99.297098544957648291'],
    ['0.99134662452828792287382563719687433', '473000', '468906.95340188018751932'],
    ['0.991343034618990414474570616401556033', '553000', '548212.698144301699204438'],
    ['0.991305860033821087920529264211190236', '129800', '128671.500632389977212085'],
    ['0.991100374707085368117062002330834942', '119866', '118799.23751463949473472'],
    ['0.988096959582606186620308587174920131', '50', '49.404847979130309331'],
  ])('%s makes of %s what mainnet minted', (ratio, amount, units) => {
    expect(UnitRatio.parse(ratio).unitsOf(Decimal.parse(amount)).toString()).toBe(units)
  })

  test('keeps 36 digits of units ÷ total', () => {
    const ratio = UnitRatio.of(Decimal.parse('117500.5'), Decimal.parse('120000'))
    expect(ratio.toString()).toBe('0.979170833333333333333333333333333333')
  })

  test('gives amounts to the nearest atto, not cut off, from all 36 digits', () => {
    const ratio = UnitRatio.parse('0.947179435642161643578078629541578061')
    expect(ratio.amountOf(Decimal.parse('100')).toString()).toBe('105.576616464654077342')
  })

  test('rounds a midpoint towards zero', () => {
    expect(UnitRatio.parse('0.5').unitsOf(Decimal.fromAttos(3n)).attos).toBe(1n)
    expect(UnitRatio.parse('0.500000000000000001').unitsOf(Decimal.fromAttos(3n)).attos).toBe(2n)
  })

  test('refuses what is no plain decimal, a 37th digit, and division by nothing', () => {
    for (const text of ['', '1e-3', '.5', '1.', '+1', `0.${'1'.repeat(37)}`])
      expect(() => UnitRatio.parse(text)).toThrow(DecimalParseError)
    expect(() => UnitRatio.of(Decimal.ONE, Decimal.ZERO)).toThrow(DecimalRangeError)
    expect(() => new UnitRatio(0n).amountOf(Decimal.ONE)).toThrow(DecimalRangeError)
  })
})
