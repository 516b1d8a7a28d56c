import { access, constants, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { StackReport } from '@weft/stack'
import type { Command } from 'commander'
import { createLogUpdate } from 'log-update'
import { UsageError, VerdictError } from '../exit.ts'
import { wholeNumberFlag } from '../flags.ts'
import { print } from '../print.ts'
import { renderStatus } from '../view.ts'

interface StartFlags {
  readonly scenario?: string
  readonly cdps: number
  readonly seed: number
  readonly headless?: true
  readonly report?: string
  readonly list?: true
}

const REDRAW_MS = 500

/** `weft start`: the whole system on this machine, watched live until Ctrl-C, or headless through one scenario. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run ledger, cloud and services on this machine through a scenario')
    .option('--scenario <name>', 'what the simulated world does (xrd-crash; with --list: all of them)')
    .option('--cdps <number>', 'CDPs on the simulated ledger', wholeNumberFlag('--cdps', 1, 100_000), 1_000)
    .option('--seed <number>', 'what the simulated world is made from', wholeNumberFlag('--seed', 0, 2 ** 31), 1)
    .option('--headless', 'no view; ends by itself with a verdict')
    .option('--report <file>', 'where the JSON report goes (headless)')
    .option('--list', 'print the scenarios')
    .action((flags: StartFlags) => (flags.list ? listScenarios() : start(flags)))
}

// Loaded when it is needed: the embedded cloud and the ledger are of no use to the other commands, and slow to start.
const stack = () => import('@weft/stack')

async function listScenarios(): Promise<void> {
  const { SCENARIOS } = await stack()
  for (const { name, summary } of SCENARIOS) print(`${name.padEnd(16)} ${summary}\n`)
}

async function start(flags: StartFlags): Promise<void> {
  if (flags.report && !flags.headless)
    throw new UsageError('--report needs --headless: the live view ends with Ctrl-C, not with a verdict.')
  if (flags.report) await ensureWritable(flags.report)
  const { runScenario, scenarioNamed } = await stack()
  const scenario = scenarioNamed(flags.scenario ?? 'xrd-crash')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const screen = createLogUpdate(process.stdout)
  const report = await runScenario(scenario, {
    seed: flags.seed,
    cdps: flags.cdps,
    stop: stop.signal,
    // The view goes on after the script, round and round, until Ctrl-C.
    endless: !flags.headless,
    ...(!flags.headless && canDraw(process.stdout)
      ? { statusEveryMs: REDRAW_MS, onStatus: (status) => screen(renderStatus(status)) }
      : {
          onRunning: ({ stack: { ledger, cloud } }) =>
            process.stderr.write(`Gateway ${ledger.url}, AWS (for WEFT_AWS_ENDPOINT) ${cloud.endpoint}\n`),
          onProgress: (line: string) => process.stderr.write(`${line}\n`),
        }),
  })
  screen.done()
  if (flags.report) await writeFile(flags.report, `${JSON.stringify(report, null, 2)}\n`)
  printSummary(report)
  if (flags.headless && !report.verdict.passed)
    throw new VerdictError(`Verdict: failed. ${report.verdict.problems.join(' ')}`)
}

/** A view is drawn in place; a terminal that says it has no rows, as some recorders do, would show nothing of it. */
function canDraw({ isTTY, rows }: Pick<NodeJS.WriteStream, 'isTTY' | 'rows'>): boolean {
  return isTTY && rows > 0
}

/** Before the run, since the report comes after it. */
async function ensureWritable(file: string): Promise<void> {
  const folder = dirname(resolve(file))
  try {
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new UsageError(`--report cannot be written to ${folder}; name a file in a folder that exists and is yours.`, {
      cause,
    })
  }
}

function printSummary(report: StackReport): void {
  const { clock, liquidations, ledger, timing } = report
  print(
    [
      `scenario ${report.scenario}, seed ${report.seed}: ${report.cdps} CDPs, ${report.runs.dispatched} runs, ${report.candidates} candidates`,
      `${ledger.liquidationsCommitted} liquidations on the ledger (${ledger.liquidationsByOthers} by others), ${liquidations.stale.total} stale, ${liquidations.unprofitable} unprofitable, ${liquidations.failed} failed`,
      `left liquidatable: ${ledger.liquidatableAtEnd.length}${ledger.liquidatableAtEnd.length > 0 ? ' (each with its reason in the report)' : ''}; double effects: ${ledger.duplicateIntents + ledger.liquidatedTwiceInOneExcursion.length}`,
      `detected to committed: median ${(timing.detectToCommitMs.p50 / 1000).toFixed(1)} s, p95 ${(timing.detectToCommitMs.p95 / 1000).toFixed(1)} s; queue to done: p95 ${timing.queueToDoneSeconds.p95.toFixed(1)} s`,
      `${report.gatewayRequests.total} Gateway requests, ${report.process.peakRssMiB} MiB, ${report.process.wallSeconds.toFixed(0)} s for ${(clock.ledgerSeconds / 60).toFixed(0)} minutes of the ledger (${clock.rate} times as fast while idle)`,
      `verdict: ${report.verdict.passed ? 'passed' : 'failed'}`,
      '',
    ].join('\n'),
  )
}
