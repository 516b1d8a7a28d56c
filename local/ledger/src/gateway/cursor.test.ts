import { expect, test } from 'vitest'
import { decodePageCursor, decodeStreamCursor, encodePageCursor, encodeStreamCursor } from './cursor.ts'

test('names the first item of the next page', () => {
  expect(decodePageCursor(encodePageCursor(370, 200))).toBe(200)
  expect(decodeStreamCursor(encodeStreamCursor(370965852))).toBe(370965852)
  expect(encodeStreamCursor(370965852)).toBe('eyJ2IjozNzA5NjU4NTJ9')
})

test('reads valid base64 of something else as no cursor', () => {
  expect(decodePageCursor(encodeStreamCursor(5))).toBe(0)
  expect(decodeStreamCursor(encodePageCursor(5, 5))).toBeUndefined()
  expect(decodePageCursor(Buffer.from('no json').toString('base64'))).toBe(0)
})

test('refuses text that is not base64', () => {
  expect(() => decodePageCursor('#1#')).toThrow('One or more validation errors occurred')
})
