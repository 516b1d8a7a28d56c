import { CdpId, type ExecutionRecord } from '@weft/domain'
import type { Command } from 'commander'
import { UsageError } from '../exit.ts'
import { wholeNumberFlag } from '../flags.ts'
import { operatorFrom } from '../operator.ts'
import { print, printJson } from '../print.ts'
import { table, utc } from '../table.ts'

/** `weft executions`: the journal, one line per intent or everything about one CDP. */
export function addExecutionsCommand(program: Command): void {
  const executions = program
    .command('executions')
    .description('the journal of liquidations: which CDP, which transaction, why')
  executions
    .command('list')
    .description('the latest executions, newest first')
    .option('--limit <number>', 'how many', wholeNumberFlag('--limit', 1, 1_000), 20)
    .option('--json', 'as JSON')
    .action(async ({ limit, json }: { limit: number; json?: true }) => {
      const { journal } = operatorFrom(process.env)
      const records = await journal.recent(limit)
      print(json ? `${JSON.stringify(records, null, 2)}\n` : list(records))
    })
  executions
    .command('show <cdp-id>')
    .description('every attempt on one CDP with its plan, payload hash and outcome')
    .action(async (text: string) => {
      const { journal } = operatorFrom(process.env)
      const cdpId = parseCdpId(text)
      const { attempts } = await journal.standingOf(cdpId)
      if (attempts.length === 0) print(`No execution is recorded for ${cdpId}.\n`)
      for (const record of attempts) printJson(withPlan(record))
    })
}

/** Accepts `42` as well as `#42#`. @throws {UsageError} */
export function parseCdpId(text: string): CdpId {
  const parsed = CdpId.safeParse(/^\d+$/.test(text) ? `#${text}#` : text)
  if (!parsed.success) throw new UsageError(`"${text}" is no CDP id; write 42 or '#42#'.`)
  return parsed.data
}

function list(records: readonly ExecutionRecord[]): string {
  if (records.length === 0) return 'No execution is recorded yet.\n'
  return table(
    ['CDP', 'attempt', 'state', 'updated', 'expected XRD', 'realised XRD', 'transaction', 'reason'],
    records.map((record) => [
      record.cdpId,
      String(record.attempt),
      record.state,
      utc(record.updatedAtMs),
      record.expectedProfitXrd.round(4, 'ToZero').toString(),
      record.realised?.realisedProfitXrd.round(4, 'ToZero').toString() ?? '',
      record.signed?.intentHash ?? '',
      record.reason ?? '',
    ]),
  )
}

/** The plan is stored as JSON text; for reading it is shown as what it is. */
function withPlan({ planJson, ...record }: ExecutionRecord): object {
  return { ...record, plan: JSON.parse(planJson) as unknown }
}
