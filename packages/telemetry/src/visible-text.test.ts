import { expect, test } from 'vitest'
import { visibleLines, visibleText } from './visible-text.ts'

const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eALL HEALTHY\u2066\u200b\u007f\r\nforged line'

test('spells what a terminal would obey and what turns text round', () => {
  expect(visibleText(HOSTILE)).toBe(
    '\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u202eALL HEALTHY\\u2066\\u200b\\u007f\\u000d\\u000aforged line',
  )
})

test('keeps line breaks of a page, and nothing else that does something', () => {
  expect(visibleLines(`one\ntwo\t${HOSTILE}`).split('\n')).toHaveLength(3)
  const codes = [...visibleLines(HOSTILE)].map((each) => each.charCodeAt(0))
  expect(codes.filter((code) => code !== 10 && (code < 32 || (code >= 127 && code < 160)))).toEqual([])
})

test('leaves letters of any script, symbols and emoji alone', () => {
  const text = 'Zürich · 東京 · עברית · −12 % → 🦥'
  expect(visibleText(text)).toBe(text)
})

test('a line of JSON means the same afterwards', () => {
  const value = { name: HOSTILE }
  expect(JSON.parse(visibleText(JSON.stringify(value)))).toEqual(value)
})
