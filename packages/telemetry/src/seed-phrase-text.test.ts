import { expect, test } from 'vitest'
import { withoutSeedPhrases } from './seed-phrase-text.ts'

/** The public vector of BIP-39, as words. */
const WORDS = [...Array<string>(11).fill('abandon'), 'about']
const VOTE = [...Array<string>(23).fill('zoo'), 'vote']

test.each([
  ['with blanks', WORDS.join(' ')],
  ['with line breaks', WORDS.join('\n')],
  ['with line breaks as JSON spells them', JSON.stringify(WORDS.join('\r\n'))],
  ['numbered', WORDS.map((word, index) => `${index + 1}. ${word}`).join('\n')],
  ['numbered, as JSON', JSON.stringify(WORDS.map((word, index) => `${index + 1}) ${word}`).join('\t'))],
  ['in capitals', WORDS.join(' ').toUpperCase()],
  ['with a capital each', WORDS.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(', ')],
  ['as a JSON array', JSON.stringify(WORDS)],
  ['as an array inside a text inside JSON', JSON.stringify({ body: JSON.stringify(WORDS) })],
  ['of 24 words', VOTE.join(' ')],
])('finds a phrase %s', (_, phrase) => {
  const clean = withoutSeedPhrases(`before it ${phrase} (after it)`, '[redacted]')
  expect(clean).toContain('[redacted]')
  expect(clean).not.toMatch(/abandon|zoo/i)
  expect(clean.startsWith('before it ')).toBe(true)
  expect(clean.endsWith('(after it)')).toBe(true)
})

test('finds each of two phrases', () => {
  const clean = withoutSeedPhrases(`xx ${WORDS.join(' ')} xx ${VOTE.join(' ')}!`, '[redacted]')
  expect(clean).toBe('xx [redacted] xx [redacted]!')
})

test.each([
  ['eleven words of the list', WORDS.slice(1).join(' ')],
  ['twelve words that a code word parts', [...WORDS.slice(0, 6), 'xyzzy', ...WORDS.slice(6)].join(' ')],
  ['twelve words in two places', `${WORDS.slice(0, 6).join(' ')} = ${WORDS.slice(6).join(' ')}`],
  [
    'prose',
    'The ledger did not answer state/entity/details; it was asked again three times and then we gave up on it.',
  ],
  ['JSON of ordinary fields', JSON.stringify({ level: 'info', event: 'run.done', network: 'mainnet', state: 'open' })],
])('leaves %s alone', (_, text) => {
  expect(withoutSeedPhrases(text, '[redacted]')).toBe(text)
})
