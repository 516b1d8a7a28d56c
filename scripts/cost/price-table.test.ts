import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Decimal } from '@weft/domain/decimal'
import { describe, expect, test } from 'vitest'
import { PriceMissingError, PriceTable, readAssumptions } from './price-table.ts'

function fileWith(content: unknown): URL {
  const file = join(mkdtempSync(join(tmpdir(), 'prices-')), 'prices.json')
  writeFileSync(file, JSON.stringify(content))
  return pathToFileURL(file)
}

const price = {
  usd: '0.10',
  unit: 'GB-month',
  date: '2026-11-22',
  source: 'the price list of the test',
  verified: false,
}
const tableWith = (entry: unknown) =>
  fileWith({ schemaVersion: 1, currency: 'USD', note: '', regions: { 'eu-west-1': { 'ecr-gb-month': entry } } })

describe('the price table', () => {
  test('keeps a price exactly as it is written', () => {
    const table = PriceTable.read('eu-west-1', tableWith({ ...price, usd: '0.0000133334' }))
    expect(table.of('ecr-gb-month').usd.toString()).toBe('0.0000133334')
  })

  test('refuses a price without date, without source, or in exponent form', () => {
    for (const broken of [
      { ...price, date: 'yesterday' },
      { ...price, source: '' },
      { ...price, usd: '1e-7' },
    ])
      expect(() => PriceTable.read('eu-west-1', tableWith(broken))).toThrow()
  })

  test('names the region or the item that is missing, and where to add it', () => {
    expect(() => PriceTable.read('mars-1')).toThrow(
      new PriceMissingError(
        'scripts/cost/prices.json has no prices for mars-1, only for eu-west-1, us-east-1; add the region with date and source.',
      ),
    )
    expect(() => PriceTable.read('eu-west-1').of('gold')).toThrow('prices.json has no gold for eu-west-1')
  })
})

test('assumptions are exact and each names its source; an unknown one is an error', () => {
  const assume = readAssumptions()
  expect(assume('hoursPerMonth').eq(Decimal.fromInteger(730))).toBe(true)
  expect(() => assume('luck')).toThrow('assumptions.json has no luck')
})
