import { createHmac, createPrivateKey, createPublicKey, type KeyObject, pbkdf2Sync, sign } from 'node:crypto'
import { validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'

/** The seed phrase is no valid BIP-39 phrase. The message never repeats any of it. */
export class SeedPhraseError extends Error {
  override readonly name = 'SeedPhraseError'
}

/** An Ed25519 key that signs; the private half stays inside a closure, so that no log, JSON or inspection can print it. */
export interface AccountKey {
  /** 32 bytes as hex. */
  readonly publicKeyHex: string
  /** Ed25519 signature of a hash, as hex. */
  sign(hash: Uint8Array): string
}

/** Every step is hardened: SLIP-10 knows no other for Ed25519. */
const HARDENED = 0x8000_0000
/** CAP-26: purpose 44, coin type 1022 (Radix), entity kind 525 (account), key kind 1460 (transaction signing). */
const cap26Path = (networkId: number, index: number) => [44, 1022, networkId, 525, 1460, index]
/** DER around a raw 32-byte Ed25519 private key. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * The key that Radix wallets derive for account `index` (path `m/44H/1022H/<network>H/525H/1460H/<index>H`).
 * Blanks around and between the words do not matter.
 * @throws {SeedPhraseError} when a word is mistyped: the phrase would silently derive another account.
 */
export function accountKeyFromSeedPhrase(seedPhrase: string, networkId: number, index: number): AccountKey {
  const words = seedPhrase.normalize('NFKD').trim().split(/\s+/)
  const phrase = words.join(' ').toLowerCase()
  if (!validateMnemonic(phrase, wordlist))
    throw new SeedPhraseError(
      `The seed phrase (${words.length} words) is no valid BIP-39 phrase: check its words and their order.`,
    )
  if (!Number.isInteger(index) || index < 0 || index >= HARDENED)
    throw new SeedPhraseError(`Account index ${index} is not between 0 and ${HARDENED - 1}.`)
  const privateKey = derivePrivateKey(phrase, cap26Path(networkId, index))
  const publicKeyHex = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  return { publicKeyHex, sign: (hash) => sign(null, hash, privateKey).toString('hex') }
}

/** BIP-39 seed, then SLIP-10. */
function derivePrivateKey(phrase: string, path: readonly number[]): KeyObject {
  const seed = pbkdf2Sync(phrase, 'mnemonic', 2048, 64, 'sha512')
  let node = createHmac('sha512', 'ed25519 seed').update(seed).digest()
  for (const step of path) {
    const data = Buffer.alloc(37) // 0x00 · key · step with the hardened bit
    node.copy(data, 1, 0, 32)
    data.writeUInt32BE(step + HARDENED, 33)
    node = createHmac('sha512', node.subarray(32)).update(data).digest()
  }
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, node.subarray(0, 32)]), format: 'der', type: 'pkcs8' })
}
