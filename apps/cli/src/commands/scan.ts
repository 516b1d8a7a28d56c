import { type CdpHealth, isLiquidatable, type NetworkName, type SyncPoint } from '@weft/domain'
import type { GatewayLedger } from '@weft/radix'
import { visibleText } from '@weft/telemetry/visible-text'
import type { Command } from 'commander'
import { UsageError } from '../exit.ts'
import { wholeNumberFlag, wordFlag } from '../flags.ts'
import { print } from '../print.ts'
import { table, utc } from '../table.ts'

interface ScanFlags {
  readonly network: NetworkName
  readonly gateway?: string
  readonly networkFile?: string
  readonly top: number
  readonly json?: true
}

/** Ids per step of the progress bar; each is read 100 at a time. */
const STEP = 200

/** `weft scan`: every CDP of a network judged read-only, by the code path of the indexer; prints the riskiest. */
export function addScanCommand(program: Command): void {
  program
    .command('scan')
    .description('judge every CDP of a network, read-only, and print the riskiest')
    .requiredOption(
      '--network <name>',
      'mainnet, stokenet or local',
      wordFlag('--network', ['mainnet', 'stokenet', 'local']),
    )
    .option('--gateway <url>', 'another Gateway than the configured one')
    .option('--network-file <path>', 'a network file as in networks/, in place of the shipped one')
    .option('--top <number>', 'how many to print', wholeNumberFlag('--top', 1, 100_000), 20)
    .option('--json', 'as JSON')
    .action(scan)
}

export interface Scan {
  readonly at: SyncPoint
  readonly live: number
  readonly burned: number
  readonly missing: number
  /** Live CDPs whose health is unknown; `unreadable` of them hold data of no shape we know. */
  readonly unjudged: readonly { readonly cdpId: string; readonly why: string }[]
  readonly unreadable: number
  /** Highest liquidation LTV first. */
  readonly byRisk: readonly CdpHealth[]
}

/** Reads and judges all CDPs at one sync point. @param onProgress ids done and ids in all */
export async function scanMarket(
  ledger: GatewayLedger,
  onProgress: (done: number, total: number) => void,
): Promise<Scan> {
  const { judgeAll } = await import('@weft/indexer')
  const at = await ledger.syncPoint()
  const market = await ledger.marketSnapshot(at)
  const judged: CdpHealth[] = []
  const unjudged: { cdpId: string; why: string }[] = []
  const counts = { live: 0, burned: 0, missing: 0, unreadable: 0 }
  for (let from = 1; from <= market.cdpCounter; from += STEP) {
    const to = Math.min(from + STEP - 1, market.cdpCounter)
    const readings = await ledger.cdps(from, to, at)
    for (const reading of readings) {
      counts[reading.kind] += 1
      if (reading.kind === 'unreadable') unjudged.push({ cdpId: reading.id, why: reading.why })
    }
    const cdps = readings.flatMap((reading) => (reading.kind === 'live' ? [reading.cdp] : []))
    for (const verdict of await judgeAll(cdps, market, at, ledger))
      if (verdict.kind === 'judged') judged.push(verdict.health)
      else unjudged.push({ cdpId: verdict.cdpId, why: verdict.why })
    onProgress(to, market.cdpCounter)
  }
  const live = counts.live + counts.unreadable
  return { at, ...counts, live, unjudged, byRisk: judged.sort((a, b) => b.liquidationLtv.compareTo(a.liquidationLtv)) }
}

async function scan(flags: ScanFlags): Promise<void> {
  // Loaded when they are needed: they are of no use to the other commands.
  const { GatewayClient, GatewayLedger } = await import('@weft/radix')
  const { Presets, SingleBar } = await import('cli-progress')
  const { networkFor } = await import('../networks.ts')
  const network = await networkFor({ network: flags.network, gatewayUrl: flags.gateway, file: flags.networkFile })
  // A person waits here: two tries tell an unreachable Gateway from a hiccup soon enough.
  const client = new GatewayClient({
    gatewayUrls: network.gatewayUrls,
    network,
    policy: { maxRetries: 2, attemptTimeoutMs: 10_000 },
  })
  const bar = new SingleBar(
    { format: 'CDPs {bar} {value}/{total}', stream: process.stderr, clearOnComplete: true, noTTYOutput: false },
    Presets.shades_classic,
  )
  let started = false
  const result = await scanMarket(new GatewayLedger(client, network, { secondPrices: [] }), (done, total) => {
    if (!started) bar.start(total, 0)
    started = true
    bar.update(done)
  }).finally(() => bar.stop())
  if (result.live + result.burned === 0) throw new UsageError(`${client.hosts.join(', ')} knows no CDP of this market.`)
  print(flags.json ? asJson(result, flags.top) : asText(result, flags.top))
}

function asText(scan: Scan, top: number): string {
  const rows = scan.byRisk
    .slice(0, top)
    .map((health) => [
      health.cdpId,
      health.liquidationLtv.round(4, 'ToZero').toString(),
      health.totalLoanValue.round(2, 'ToZero').toString(),
      health.totalCollateralValue.round(2, 'ToZero').toString(),
      health.loans.map((loan) => loan.resource.slice(-6)).join(' '),
      health.collaterals.map((collateral) => collateral.resource.slice(-6)).join(' '),
    ])
  const liquidatable = scan.byRisk.filter(isLiquidatable).length
  return [
    `${scan.at.network} at state version ${scan.at.stateVersion}, ledger time ${utc(scan.at.ledgerTimeMs)}: ${scan.live} CDPs, ${scan.burned} burned, ${liquidatable} liquidatable, ${scan.unjudged.length} that could not be judged`,
    '',
    table(['CDP', 'liquidation LTV', 'loans XRD', 'collateral XRD', 'owes', 'holds'], rows),
    ...scan.unjudged.slice(0, top).map(({ cdpId, why }) => `${cdpId} could not be judged: ${visibleText(why)}`),
    '',
  ].join('\n')
}

function asJson(scan: Scan, top: number): string {
  const { byRisk, ...rest } = scan
  const cdps = byRisk.slice(0, top).map((health) => ({
    cdpId: health.cdpId,
    liquidationLtv: health.liquidationLtv,
    healthLtv: health.healthLtv,
    totalLoanValueXrd: health.totalLoanValue,
    totalCollateralValueXrd: health.totalCollateralValue,
  }))
  return `${JSON.stringify({ ...rest, cdps }, null, 2)}\n`
}
