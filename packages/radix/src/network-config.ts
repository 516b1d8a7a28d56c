import { readFile } from 'node:fs/promises'
import {
  AccountAddress,
  ComponentAddress,
  DEFAULT_PLAUSIBILITY,
  NetworkName,
  type PlausibilityPolicy,
  ResourceAddress,
} from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'

/** Human-readable part of every address of a network, between the entity prefix and the separator `1`. */
const HRP_SUFFIX: Readonly<Record<number, string>> = { 1: 'rdx', 2: 'tdx_2_', 240: 'loc', 242: 'sim' }

/** Network id that each network name stands for; `local` is the Radix id for a local network. */
const NETWORK_ID: Readonly<Record<NetworkName, number>> = { mainnet: 1, stokenet: 2, local: 240 }

const apiUrl = z.url({ protocol: /^https?$/ })

const VenueConfig = z.strictObject({
  /** As it appears in plans, logs and outcomes. */
  name: z.string().min(1),
  /**
   * - `simulated-dex`: the local ledger's exchange, quoted from its own `get_pools()`;
   * - `sample-dex`: an exchange like that of Weft's published samples; takes swaps, answers no quotes;
   * - `astrolescent`, `ociswap`: quoted over HTTP at `apiUrl`.
   */
  kind: z.enum(['simulated-dex', 'sample-dex', 'astrolescent', 'ociswap']),
  /** Component whose `swap(Bucket, Address)` takes the resource. */
  component: ComponentAddress,
  apiUrl: apiUrl.optional(),
})
export type VenueConfig = z.infer<typeof VenueConfig>

/** Trade that a service is asked to price, in whole XRD: small enough for a shallow pool, large enough for a resource of eight digits. */
const sizeXrd = z.int().min(1).max(1_000_000).default(1_000)
const timeoutMs = z.int().min(100).max(10_000).default(2_000)

/** As old as a listed price may be: the list is worked out every ten minutes, and one may be missed. */
const maxPriceAgeMs = z.int().min(60_000).max(86_400_000).default(1_800_000)

/**
 * A second, independent source of prices:
 * - `simulated-dex`, `ociswap`, `astrolescent`: what a trade fetches there, as exit venues of these kinds quote it;
 * - `astrolescent-prices`: the aggregator's list of all prices;
 * - `weft-api`: Weft's own HTTP API. It repeats the market's prices and has no vote: for people, to compare.
 */
const SecondPriceConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated-dex'), name: z.string().min(1), component: ComponentAddress }),
  z.strictObject({ kind: z.literal('ociswap'), name: z.string().min(1), apiUrl, sizeXrd, timeoutMs }),
  z.strictObject({
    kind: z.literal('astrolescent'),
    name: z.string().min(1),
    /** Holds the partner's key. */
    apiUrl,
    /** Asked for by the service; any account will do, for nothing is signed. */
    account: AccountAddress,
    sizeXrd,
    timeoutMs,
  }),
  z.strictObject({
    kind: z.literal('astrolescent-prices'),
    name: z.string().min(1),
    /** Holds the partner's key. */
    apiUrl,
    timeoutMs,
    maxPriceAgeMs,
  }),
  z.strictObject({ kind: z.literal('weft-api'), name: z.string().min(1), apiUrl, timeoutMs }),
])
export type SecondPriceConfig = z.infer<typeof SecondPriceConfig>

const plainDecimal = z.string().regex(/^\d+(\.\d{1,18})?$/, 'must be a plain decimal')

/** Two assets whose ratio is known, such as LSULP to XRD or one bridged dollar to another. */
const PegConfig = z.strictObject({
  asset: ResourceAddress,
  against: ResourceAddress,
  /** Units of `against` that one `asset` is worth, lowest and highest that are plausible. */
  lowest: plainDecimal,
  highest: plainDecimal,
})

const MAX_GATEWAYS = 8

const GatewayUrls = z
  .array(z.url({ protocol: /^https?$/ }))
  .min(1)
  .max(MAX_GATEWAYS)
  .refine((urls) => new Set(urls.map(hostOf)).size === urls.length, 'two of them have the same host')

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

const NetworkConfigObject = z.strictObject({
  name: NetworkName,
  networkId: z.int().min(1).max(255),
  /** How long an epoch lasts. Our clock tells by it when a transaction can no longer commit; the ledger aims at five minutes *(inferred)*. */
  epochMs: z.int().min(1_000).max(86_400_000).default(300_000),
  /** In the order of preference: the next one is asked where the one before fails. */
  gatewayUrls: GatewayUrls,
  addresses: z.strictObject({
    xrd: ResourceAddress,
    market: ComponentAddress,
    pool: ComponentAddress,
    /** Absent: read from the market's state. */
    cdpResource: ResourceAddress.optional(),
    /** What the operator believes the receipt of a flash loan to be. The pool's state says; where it names another, none is taken. */
    loanTermResource: ResourceAddress.optional(),
  }),
  venues: z.array(VenueConfig),
  /** In the order asked; absent: the exchange of a local ledger, if there is one. Empty: no second opinion on any price. */
  secondPrices: z.array(SecondPriceConfig).optional(),
  /** Pairs whose ratio is watched. Absent: none. */
  pegs: z.array(PegConfig).optional(),
  /** For people: why something is absent. */
  notes: z.record(z.string(), z.string()).optional(),
})

/** Where a network's market stands. Addresses are configuration, never constants in code. */
export const NetworkConfig = NetworkConfigObject.superRefine((config, context) => {
  const expectedId = NETWORK_ID[config.name]
  if (config.networkId !== expectedId)
    context.addIssue({
      code: 'custom',
      path: ['networkId'],
      message: `${config.name} has network id ${expectedId}`,
    })
  const addresses = [
    ...Object.entries(config.addresses).map(([name, address]) => ({ path: ['addresses', name], address })),
    ...config.venues.map(({ component }, index) => ({ path: ['venues', index, 'component'], address: component })),
    ...(config.pegs ?? []).flatMap(({ asset, against }, index) => [
      { path: ['pegs', index, 'asset'], address: asset },
      { path: ['pegs', index, 'against'], address: against },
    ]),
    ...(config.secondPrices ?? []).flatMap((source, index) => {
      const named: readonly [field: string, address: string][] =
        source.kind === 'simulated-dex'
          ? [['component', source.component]]
          : source.kind === 'astrolescent'
            ? [['account', source.account]]
            : []
      return named.map(([field, address]) => ({ path: ['secondPrices', index, field], address }))
    }),
  ]
  for (const { path, address } of addresses)
    if (address !== undefined && !isAddressOf(address, config.networkId))
      context.addIssue({ code: 'custom', path, message: `${address} is an address of another network` })
  for (const path of ['venues', 'secondPrices'] as const) {
    const names = (config[path] ?? []).map(({ name }) => name)
    if (new Set(names).size !== names.length)
      context.addIssue({ code: 'custom', path: [path], message: 'two of them have the same name' })
  }
})
export type NetworkConfig = z.infer<typeof NetworkConfig>

/** What makes a price believable on this network: the default rules, and its pegged pairs. */
export function plausibilityOf({ pegs = [] }: NetworkConfig): PlausibilityPolicy {
  return {
    ...DEFAULT_PLAUSIBILITY,
    pegs: pegs.map(({ asset, against, lowest, highest }) => ({
      asset,
      against,
      lowest: Decimal.parse(lowest),
      highest: Decimal.parse(highest),
    })),
  }
}

/** The network configuration cannot be used; the message names the file, every bad entry, and what is wrong with it. */
export class NetworkConfigError extends Error {
  override readonly name = 'NetworkConfigError'
}

/**
 * Checks a configuration that is already an object, as in a bundle.
 * @param where for the error message: file or variable it came from.
 * @throws {NetworkConfigError}
 */
export function parseNetworkConfig(object: unknown, where: string): NetworkConfig {
  const parsed = NetworkConfig.safeParse(object)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`)
  throw new NetworkConfigError(`${where} is no valid network configuration: ${problems.join('; ')}.`)
}

/** Reads a configuration file. @throws {NetworkConfigError} when it cannot be read, is no JSON or is not valid. */
export async function loadNetworkConfig(file: string | URL): Promise<NetworkConfig> {
  const where = file instanceof URL ? file.pathname : file
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new NetworkConfigError(`${where} cannot be read; give the path of a network configuration file.`, { cause })
  }
  let object: unknown
  try {
    object = JSON.parse(text)
  } catch (cause) {
    throw new NetworkConfigError(`${where} is no JSON.`, { cause })
  }
  return parseNetworkConfig(object, where)
}

/** Whether a Bech32m address carries the network's prefix; its checksum is verified where transactions are built. */
export function isAddressOf(address: string, networkId: number): boolean {
  const suffix = HRP_SUFFIX[networkId]
  return suffix !== undefined && new RegExp(`^[a-z_]+?_${suffix}1[a-z0-9]{6,}$`).test(address)
}
