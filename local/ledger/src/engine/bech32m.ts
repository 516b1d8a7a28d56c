/** Bech32m (BIP-350), the text form of every Radix address. Written here because the ledger needs only these two functions. */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const CHECKSUM_CONSTANT = 0x2bc830a3
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const CHECKSUM_LENGTH = 6

/** The text is no Bech32m: wrong alphabet, no separator, or a checksum that does not fit. */
export class Bech32mError extends Error {
  override readonly name = 'Bech32mError'
}

export function encodeBech32m(hrp: string, data: Uint8Array): string {
  let text = `${hrp}1`
  let checksum = checksumOfPrefix(hrp)
  for (const word of regroup(data, 8, 5, true)) {
    checksum = step(checksum, word)
    text += ALPHABET[word]
  }
  for (let i = 0; i < CHECKSUM_LENGTH; i++) checksum = step(checksum, 0)
  checksum ^= CHECKSUM_CONSTANT
  for (let i = CHECKSUM_LENGTH - 1; i >= 0; i--) text += ALPHABET[(checksum >>> (5 * i)) & 31]
  return text
}

/** @throws {Bech32mError} */
export function decodeBech32m(text: string): { hrp: string; data: Uint8Array } {
  const separator = text.lastIndexOf('1')
  if (separator < 1 || text.length - separator - 1 < CHECKSUM_LENGTH) throw new Bech32mError(`"${text}" is too short.`)
  const hrp = text.slice(0, separator)
  const words = [...text.slice(separator + 1)].map((letter) => ALPHABET.indexOf(letter))
  if (words.includes(-1)) throw new Bech32mError(`"${text}" has a letter that Bech32m does not know.`)
  if (words.reduce(step, checksumOfPrefix(hrp)) !== CHECKSUM_CONSTANT)
    throw new Bech32mError(`"${text}" has a wrong checksum.`)
  return { hrp, data: Uint8Array.from(regroup(words.slice(0, -CHECKSUM_LENGTH), 5, 8, false)) }
}

/** The checksum starts with the prefix's high bits, a zero, and its low bits. */
function checksumOfPrefix(hrp: string): number {
  let checksum = 1
  for (let i = 0; i < hrp.length; i++) checksum = step(checksum, hrp.charCodeAt(i) >>> 5)
  checksum = step(checksum, 0)
  for (let i = 0; i < hrp.length; i++) checksum = step(checksum, hrp.charCodeAt(i) & 31)
  return checksum
}

/** One step of the BCH code over 5-bit words. */
function step(checksum: number, word: number): number {
  const top = checksum >>> 25
  let next = ((checksum & 0x1ffffff) << 5) ^ word
  for (let i = 0; i < 5; i++) if ((top >>> i) & 1) next ^= GENERATOR[i] ?? 0
  return next
}

function regroup(input: Iterable<number>, from: number, to: number, pad: boolean): number[] {
  const output: number[] = []
  let bits = 0
  let held = 0
  for (const word of input) {
    held = (held << from) | word
    bits += from
    while (bits >= to) {
      bits -= to
      output.push((held >>> bits) & ((1 << to) - 1))
    }
    held &= (1 << bits) - 1
  }
  if (pad && bits > 0) output.push((held << (to - bits)) & ((1 << to) - 1))
  return output
}
