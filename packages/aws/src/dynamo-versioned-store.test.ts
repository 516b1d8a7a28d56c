import { decimalText } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { loseAnswers } from '../test/lost-answers.ts'
import { DynamoVersionedStore } from './dynamo-versioned-store.ts'
import { RecordsTable } from './records-table.ts'

const Book = z.strictObject({ price: decimalText })
let cloud: TestCloud
let table: RecordsTable

beforeAll(async () => {
  cloud = await startTestCloud()
  table = new RecordsTable(cloud.dynamodb, cloud.resources.table)
})
afterAll(() => cloud?.stop())

const storeOf = (sk: string) => new DynamoVersionedStore(table, { pk: 'price-trust', sk }, Book)
const book = (price: string) => ({ price: Decimal.parse(price) })

test('holds nothing at first, then what was written, to the last digit', async () => {
  const store = storeOf('first')
  expect(await store.read()).toBeUndefined()
  expect(await store.replace(book('1.000000000000000001'), 0)).toBe(true)
  expect(await store.read()).toEqual({ value: book('1.000000000000000001'), version: 1 })
})

test('of racing writers one wins, at the first write and at later ones', async () => {
  const store = storeOf('race')
  for (const version of [0, 1, 2]) {
    const racers = Array.from({ length: 10 }, (_, index) => store.replace(book(String(index)), version))
    const results = await Promise.all(racers)
    expect(results.filter(Boolean)).toHaveLength(1)
    expect(await store.read()).toEqual({ value: book(String(results.indexOf(true))), version: version + 1 })
  }
})

test('nobody overwrites what he has not seen', async () => {
  const store = storeOf('stale')
  await store.replace(book('1'), 0)
  await store.replace(book('2'), 1)
  expect(await store.replace(book('9'), 1)).toBe(false)
  expect(await store.read()).toEqual({ value: book('2'), version: 2 })
})

test('a write whose answer got lost is recognised as our own when it is repeated', async () => {
  const forgetful = cloud.newClients()
  loseAnswers(forgetful)
  const key = { pk: 'price-trust', sk: 'lost' }
  const store = new DynamoVersionedStore(new RecordsTable(forgetful.dynamodb, cloud.resources.table), key, Book)
  expect(await store.replace(book('1'), 0)).toBe(true)
  expect(await store.replace(book('2'), 1)).toBe(true)
  expect(await storeOf('lost').read()).toEqual({ value: book('2'), version: 2 })
  // Somebody else's write of the very same value is still a conflict.
  expect(await store.replace(book('2'), 1)).toBe(false)
  forgetful.close()
})

test('what no longer parses is refused by name', async () => {
  await table.put({ pk: 'price-trust', sk: 'broken', version: 1, value: { price: 'lots' } })
  await expect(storeOf('broken').read()).rejects.toThrow(
    /record price-trust broken.*character 1 of 4 does not belong there/s,
  )
})
