import { decodeBech32m, encodeBech32m } from '../engine/bech32m.ts'

const ENDING_BY_NETWORK: ReadonlyMap<number, string> = new Map([
  [1, 'rdx'],
  [2, 'tdx_2_'],
  [240, 'loc'],
  [242, 'sim'],
])

/** What every human-readable part of a network ends with, e.g. `rdx`, `tdx_2_`, `loc`. */
export function networkEnding(networkId: number): string {
  return ENDING_BY_NETWORK.get(networkId) ?? `tdx_${networkId.toString(16)}_`
}

/** The human-readable part of `text` (`resource_loc`), or `undefined` when `text` is no Bech32m text with a right checksum. */
export function humanReadablePart(text: string): string | undefined {
  try {
    return decodeBech32m(text).hrp
  } catch {
    return undefined
  }
}

/** The same bytes under another human-readable part: a well-known mainnet address as another network writes it. */
export function rewriteHumanReadablePart(text: string, hrp: string): string {
  return encodeBech32m(hrp, decodeBech32m(text).data)
}
