import type { NetworkName } from '@weft/domain'
import { networkFileOf } from '@weft/ledger/network-file'
import { chosenNetwork, loadNetworkConfig, type NetworkConfig, parseNetworkConfig } from '@weft/radix'
import * as z from 'zod'
import { UsageError } from './exit.ts'

/** What the local ledger says of itself; a real Gateway has no such path. */
const LocalAddresses = z.looseObject({
  xrd: z.string(),
  market: z.string(),
  pool: z.string(),
  cdpResource: z.string(),
  dex: z.string(),
})

export interface NetworkFlags {
  readonly network: NetworkName
  /** Replaces the configuration's own Gateway. */
  readonly gatewayUrl?: string | undefined
  /** A file as in `networks/`, in place of the shipped one. */
  readonly file?: string | undefined
}

/** The network to read: from a given file, else shipped, or for `local` asked of the ledger itself. @throws {UsageError | NetworkConfigError} */
export async function networkFor({ network, gatewayUrl, file }: NetworkFlags): Promise<NetworkConfig> {
  if (gatewayUrl !== undefined && !isHttpUrl(gatewayUrl))
    throw new UsageError(`--gateway takes an http or https URL, not "${gatewayUrl}".`)
  if (file !== undefined) {
    const configJson = JSON.stringify(await loadNetworkConfig(file))
    return chosenNetwork({ network, gatewayUrl, configJson })
  }
  if (network !== 'local') return chosenNetwork({ network, gatewayUrl })
  if (gatewayUrl === undefined)
    throw new UsageError('--network local needs --gateway: the address that `npm run ledger` prints.')
  const base = gatewayUrl.replace(/\/$/, '')
  return parseNetworkConfig(networkFileOf(await localAddresses(base), base), `the ledger at ${base}`)
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

async function localAddresses(base: string): Promise<z.infer<typeof LocalAddresses>> {
  let response: Response
  try {
    response = await fetch(`${base}/local/v1/addresses`, { signal: AbortSignal.timeout(5_000) })
  } catch (cause) {
    throw new UsageError(`Nothing answers at ${base}; start a local ledger with \`npm run ledger\`.`, { cause })
  }
  const parsed = LocalAddresses.safeParse(await response.json().catch(() => undefined))
  if (!response.ok || !parsed.success)
    throw new UsageError(`${base} is no local ledger; start one with \`npm run ledger\`.`)
  return parsed.data
}
