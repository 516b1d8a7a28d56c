import { createPublicKey, verify } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { accountKeyFromSeedPhrase, SeedPhraseError } from './account-key.ts'
import { EngineToolkit } from './engine-toolkit.ts'

/** Public BIP-39 test phrases; the first two rows equal the vectors of the Radix wallets. */
const zoo = `${'zoo '.repeat(23)}vote`
const abandon = `${'abandon '.repeat(23)}art`

test.each([
  [
    zoo,
    2,
    0,
    '12d9d790ef471e11738ff7ba3f99d1ddc58d969c9a796848f8e4af01d294c263',
    'account_tdx_2_129t4rk8hyu9ekz9jgxcveprkm40dly5f4tc426sdqz7fa7mtgkmmff',
  ],
  [
    zoo,
    2,
    1,
    '2b1414b927a03ade597127bdaa90db93f60518795141ab5c451649f4997acddb',
    'account_tdx_2_128cplhpppm0295zxf9507tlng8zf539jv9rc2pmaymkft36qpt7slj',
  ],
  [
    abandon,
    1,
    0,
    '58e486e03e39971c998cd36e5296030e49949a0a3871bc61676b5bd0b52e60e9',
    'account_rdx12995u6eueux9mxxnasvsrw4rykg704epl0w67r82nuzd9u9vfn9usz',
  ],
])('derives the account of the wallets (%#)', async (phrase, networkId, index, publicKeyHex, account) => {
  const key = accountKeyFromSeedPhrase(phrase, networkId, index)
  expect(key.publicKeyHex).toBe(publicKeyHex)
  const toolkit = await EngineToolkit.load()
  expect(toolkit.accountOf(publicKeyHex, networkId)).toBe(account)
})

test('blanks around and between the words do not change the account', () => {
  const spaced = `\n  ${zoo.replaceAll(' ', ' \t ')} \n`
  expect(accountKeyFromSeedPhrase(spaced, 2, 0).publicKeyHex).toBe(accountKeyFromSeedPhrase(zoo, 2, 0).publicKeyHex)
})

test.each([
  ['a mistyped word', zoo.replace('vote', 'vot')],
  ['another valid word', zoo.replace('vote', 'void')],
  ['a missing word', zoo.replace('zoo ', '')],
  ['nothing', ''],
])('refuses %s instead of deriving another account, and repeats none of it', (_, phrase) => {
  const failure = (() => {
    try {
      accountKeyFromSeedPhrase(phrase, 2, 0)
    } catch (error) {
      return error
    }
  })()
  expect(failure).toBeInstanceOf(SeedPhraseError)
  expect(inspect(failure)).not.toMatch(/\b(zoo|vot|void)\b/)
})

test('signs with the key it shows, and shows nothing else', () => {
  const key = accountKeyFromSeedPhrase(zoo, 2, 0)
  const hash = Buffer.alloc(32, 7)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key.publicKeyHex, 'hex')])
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  expect(verify(null, hash, publicKey, Buffer.from(key.sign(hash), 'hex'))).toBe(true)
  expect(Object.keys(JSON.parse(JSON.stringify(key)))).toEqual(['publicKeyHex'])
})
