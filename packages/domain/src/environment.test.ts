import { expect, test } from 'vitest'
import * as z from 'zod'
import { ConfigError, parseEnvironment, wholeNumber } from './environment.ts'

const schema = z.object({ WEFT_SIZE: wholeNumber(1, 10).default(5), WEFT_BUCKET: z.string() })

test('names every bad variable at once, without repeating its value', () => {
  const read = () => parseEnvironment(schema, { WEFT_SIZE: 'abandon abandon art' })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(/WEFT_SIZE .*WEFT_BUCKET/)
  expect(read).not.toThrow(/abandon/)
})

test('counts an empty variable as absent and takes the default', () => {
  expect(parseEnvironment(schema, { WEFT_SIZE: '', WEFT_BUCKET: 'b' })).toEqual({ WEFT_SIZE: 5, WEFT_BUCKET: 'b' })
})

test('refuses numbers beyond the bounds', () => {
  expect(() => parseEnvironment(schema, { WEFT_SIZE: '11', WEFT_BUCKET: 'b' })).toThrow(/WEFT_SIZE/)
})
