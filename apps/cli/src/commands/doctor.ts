import type { NetworkName } from '@weft/domain'
import type { DoctorReport } from '@weft/radix/doctor'
import { visibleText } from '@weft/telemetry/visible-text'
import type { Command } from 'commander'
import { DoctorRecording } from '../doctor-recording.ts'
import { VerdictError } from '../exit.ts'
import { wholeNumberFlag, wordFlag } from '../flags.ts'
import { print, printJson } from '../print.ts'

interface DoctorFlags {
  readonly network: NetworkName
  readonly gateway?: string
  readonly networkFile?: string
  readonly requests: number
  readonly record?: string
  readonly json?: true
}

const DEFAULT_REQUESTS = 60

/** `weft doctor`: reads all that the backend will ever read of a network, and says what of it works. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('read everything the backend reads of a network, read-only, and say what would work and what not')
    .option(
      '--network <name>',
      'mainnet, stokenet or local',
      wordFlag('--network', ['mainnet', 'stokenet', 'local']),
      'mainnet',
    )
    .option('--gateway <url>', 'another Gateway than the configured ones; several are separated by commas')
    .option('--network-file <path>', 'a network file as in networks/, in place of the shipped one')
    .option('--requests <number>', 'the most to send', wholeNumberFlag('--requests', 10, 1_000), DEFAULT_REQUESTS)
    .option('--record <folder>', 'keep every answer as it came, for `npm run ledger -- --replay <folder>`')
    .option('--json', 'as JSON (docs/doctor.schema.json)')
    .addHelpText('after', '\nExit codes: 0 liquidation would work; 1 it would not; 2 the network could not be read.')
    .action(doctor)
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const { examineNetwork } = await import('@weft/radix/doctor')
  const { networkFor } = await import('../networks.ts')
  const network = await networkFor({ network: flags.network, gatewayUrl: flags.gateway, file: flags.networkFile })
  const recording = flags.record === undefined ? undefined : new DoctorRecording(flags.record, network)
  const report = await examineNetwork(network, {
    clock: Date,
    mostRequests: flags.requests,
    onExchange: (exchange) => recording?.note(exchange),
  }).finally(() => recording?.write())
  if (flags.json) printJson(report)
  else print(asText(report))
  if (!report.liquidationWouldWork) throw new VerdictError('Liquidation would not work on this network now.')
}

const MARKS = {
  'as-expected': 'as expected',
  'other-answer': 'other answer',
  unknown: 'UNKNOWN',
  missing: 'MISSING',
  'not-shown': 'not shown',
} as const

function asText(report: DoctorReport): string {
  return [
    headOf(report),
    '',
    ...report.rows.flatMap(rowText),
    '',
    ...report.transactions.map(transactionText),
    ...(report.transactions.length > 0 ? [''] : []),
    ...report.capabilities.flatMap(capabilityText),
    '',
    report.liquidationWouldWork ? 'Liquidation would work.' : 'Liquidation would not work.',
    '',
  ].join('\n')
}

function headOf({ network, examinedAt, fromRecording, ledger, gateways, requests }: DoctorReport): string {
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
  const pace =
    ledger.epochMs === null ? 'no epoch ended within half an hour' : `an epoch takes ${seconds(ledger.epochMs)}`
  return [
    `${network}${fromRecording ? ', from a recording,' : ''} at ${examinedAt}: state version ${ledger.stateVersion}, epoch ${ledger.epoch}, ${seconds(ledger.ageMs)} old; ${pace}; ${requests.made} of at most ${requests.most} requests`,
    ...gateways.map(
      ({ host, state, release, lagMs }) =>
        `Gateway ${visibleText(host)}: ${state}, release ${visibleText(release ?? 'unknown')}, ${lagMs === null ? 'no answer' : `${seconds(lagMs)} behind the newest`}`,
    ),
  ].join('\n')
}

function rowText({
  id,
  question,
  consequence,
  finding,
  expected,
  others,
}: DoctorReport['rows'][number]): readonly string[] {
  const mark = MARKS[finding.kind].padEnd(12)
  const found = 'found' in finding ? finding.found : finding.why
  const line = `${mark}  ${id.padEnd(38)}  ${visibleText(found)}`
  if (finding.kind !== 'unknown' && finding.kind !== 'missing') return [line.slice(0, LINE)]
  const alternatives = [expected, ...others].join(', or ')
  return [
    line,
    `              ${question} Known: ${alternatives}.`,
    ...(finding.kind === 'unknown' ? [`              found: ${visibleText(finding.raw)}`] : []),
    `              consequence: ${consequence}`,
  ]
}

function transactionText({ what, intentHash, why, settles }: DoctorReport['transactions'][number]): string {
  const told = settles.filter(({ finding }) => finding.kind !== 'not-shown').map(({ row }) => row)
  const says = why ?? (told.length > 0 ? `settles ${told.join(', ')}` : 'settles nothing')
  return `transaction ${what} ${intentHash}: ${visibleText(says)}`
}

const LINE = 160
/** Reasons that are printed of one capability; `--json` has all. */
const REASONS = 3

function capabilityText({ name, works, why }: DoctorReport['capabilities'][number]): readonly string[] {
  const more = why.length > REASONS ? [`              … and ${why.length - REASONS} more`] : []
  const reasons = why.slice(0, REASONS).map((each) => `              ${works ? 'but ' : ''}${visibleText(each)}`)
  return [`${(works ? 'works' : 'DOES NOT WORK').padEnd(13)} ${name}`, ...reasons, ...more]
}
