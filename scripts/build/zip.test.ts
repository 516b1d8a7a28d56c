import { unzipSync } from 'fflate'
import { afterEach, expect, test } from 'vitest'
import { reproducibleZip } from './zip.ts'

const files = [
  ['index.mjs', Buffer.from('export {}')],
  ['a.wasm', Buffer.from([0, 97, 115, 109])],
] as const

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test('holds every file as it is', () => {
  const unzipped = unzipSync(reproducibleZip(new Map(files)))
  expect(Object.keys(unzipped)).toEqual(['a.wasm', 'index.mjs'])
  expect(Buffer.from(unzipped['index.mjs'] ?? []).toString()).toBe('export {}')
})

test('has the same bytes whatever the order of files, the time and the time zone', () => {
  process.env.TZ = 'Pacific/Auckland'
  const one = reproducibleZip(new Map(files))
  process.env.TZ = 'America/Los_Angeles'
  const other = reproducibleZip(new Map([...files].reverse()))
  expect(Buffer.compare(one, other)).toBe(0)
})
