import {
  type MarketSnapshot,
  type NetworkName,
  type PriceReading,
  priceInForce,
  type ResourceAddress,
  type SecondOpinion,
  type SecondPriceSource,
  UnjudgeableError,
} from '@weft/domain'
import { visibleText } from '@weft/telemetry/visible-text'
import type { Command } from 'commander'
import { wordFlag } from '../flags.ts'
import { print, printJson } from '../print.ts'
import { table, utc } from '../table.ts'

interface PricesFlags {
  readonly network: NetworkName
  readonly gateway?: string
  readonly networkFile?: string
  readonly json?: true
}

/** `weft prices`: what the market, its feeds and the second sources say of each asset, read now. */
export function addPricesCommand(program: Command): void {
  program
    .command('prices')
    .description('per asset: the price in force, what cache and feed hold, and what each second source says')
    .option(
      '--network <name>',
      'mainnet, stokenet or local',
      wordFlag('--network', ['mainnet', 'stokenet', 'local']),
      'mainnet',
    )
    .option('--gateway <url>', 'another Gateway than the configured ones')
    .option('--network-file <path>', 'a network file as in networks/, in place of the shipped one')
    .option('--json', 'as JSON')
    .action(prices)
}

/** Prices in XRD for one whole unit; times in unix ms. */
interface AssetPrices {
  readonly resource: ResourceAddress
  readonly inForceXrd: string | null
  /** Why there is none; null where there is. */
  readonly why: string | null
  readonly cached: Quote | null
  readonly feed: Quote | null
  readonly sources: readonly SourcePrice[]
}
interface Quote {
  readonly priceXrd: string
  readonly atMs: number
}
type SourcePrice =
  | ({ readonly name: string; readonly kind: 'priced' } & Quote)
  | { readonly name: string; readonly kind: 'none'; readonly reason: string; readonly detail: string }

async function prices(flags: PricesFlags): Promise<void> {
  // Loaded when they are needed: they are of no use to the other commands.
  const { GatewayClient, GatewayLedger, secondPriceSources } = await import('@weft/radix')
  const { networkFor } = await import('../networks.ts')
  const network = await networkFor({ network: flags.network, gatewayUrl: flags.gateway, file: flags.networkFile })
  const policy = { maxRetries: 2, attemptTimeoutMs: 10_000 }
  const client = new GatewayClient({ gatewayUrls: network.gatewayUrls, network, policy })
  const ledger = new GatewayLedger(client, network, { secondPrices: [] })
  const market = await ledger.marketSnapshot(await ledger.syncPoint())
  const assets = await assetPrices(market, secondPriceSources(network, client))
  if (flags.json) printJson({ at: market.syncPoint, assets })
  else print(asText(market, assets))
}

async function assetPrices(
  market: MarketSnapshot,
  sources: readonly SecondPriceSource[],
): Promise<readonly AssetPrices[]> {
  const resources = [...market.prices.keys()].filter((resource) => resource !== market.xrd)
  const opinions = await Promise.all(
    sources.map(async (source) => ({ name: source.name, of: await source.opinions(resources) })),
  )
  return resources.map((resource) => ({
    resource,
    ...inForce(market, resource),
    cached: quote(market.prices.get(resource)?.cached),
    feed: quote(market.prices.get(resource)?.feed),
    sources: opinions.flatMap(({ name, of }) =>
      of.filter((opinion) => opinion.resource === resource).map((opinion) => sourcePrice(name, opinion)),
    ),
  }))
}

function inForce(market: MarketSnapshot, resource: ResourceAddress): Pick<AssetPrices, 'inForceXrd' | 'why'> {
  try {
    return { inForceXrd: `${priceInForce(market, resource, market.syncPoint.ledgerTimeMs)}`, why: null }
  } catch (error) {
    if (!(error instanceof UnjudgeableError)) throw error
    return { inForceXrd: null, why: error.message }
  }
}

function quote(reading: PriceReading['feed'] | undefined): Quote | null {
  return reading ? { priceXrd: `${reading.value}`, atMs: reading.atMs } : null
}

function sourcePrice(name: string, opinion: SecondOpinion): SourcePrice {
  if (opinion.kind === 'priced') return { name, kind: 'priced', priceXrd: `${opinion.priceXrd}`, atMs: opinion.atMs }
  return { name, kind: 'none', reason: opinion.reason, detail: opinion.detail }
}

function asText({ syncPoint }: MarketSnapshot, assets: readonly AssetPrices[]): string {
  const names = [...new Set(assets.flatMap(({ sources }) => sources.map(({ name }) => name)))]
  const cell = (held: Quote | null) => (held ? `${held.priceXrd} (${utc(held.atMs)})` : '–')
  const rows = assets.map(({ resource, inForceXrd, cached, feed, sources }) => [
    resource,
    inForceXrd ?? 'none',
    cell(cached),
    cell(feed),
    ...names.map((name) => {
      const found = sources.find((source) => source.name === name)
      return found?.kind === 'priced' ? cell(found) : (found?.reason ?? '–')
    }),
  ])
  const reasons = assets.flatMap(({ resource, why, sources }) => [
    ...(why === null ? [] : [`${resource} has no price in force: ${why}`]),
    ...sources.flatMap((source) => (source.kind === 'none' ? [`${resource} has no vote: ${source.detail}`] : [])),
  ])
  return [
    `${syncPoint.network} at state version ${syncPoint.stateVersion}, ledger time ${utc(syncPoint.ledgerTimeMs)}: XRD for one whole unit`,
    '',
    table(['asset', 'in force', 'cache', 'feed', ...names], rows),
    ...reasons.map(visibleText),
    '',
  ].join('\n')
}
