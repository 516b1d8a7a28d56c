import { Decimal } from '@weft/domain/decimal'
import type { Estimate, MonthlyUsd } from './estimate.ts'

/** The estimate as text for a terminal: totals, what dominates, what is free, what is missing. */
export function renderEstimate(estimate: Estimate): string {
  const { workload, total, scenarios } = estimate
  return [
    `${estimate.environment} in ${estimate.region}: ${workload.positions} positions, a run every ${workload.cadenceSeconds} s, US dollars a month`,
    '',
    ...table([
      ['what', 'resources', 'idle', 'stress', 'share of idle'],
      ...estimate.byType
        .filter((row) => !row.idle.isZero() || !row.stress.isZero())
        .map((row) => [row.type, String(row.count), usd(row.idle), usd(row.stress), share(row.idle, total.idle)]),
      ['total', '', usd(total.idle), usd(total.stress), ''],
    ]),
    '',
    `At idle ${dominant(estimate, 'idle')} dominates; under stress ${dominant(estimate, 'stress')}.`,
    ...capacity(scenarios.tasksForCadence, scenarios.maxTasks),
    '',
    'Largest single lines at idle:',
    ...table(estimate.lines.slice(0, 8).map((line) => [usd(line.idle), `${shortName(line.address)}: ${line.what}`])),
    '',
    `Free: ${estimate.free.map(({ type, count }) => `${type} ×${count}`).join(', ') || 'nothing'}.`,
    ...(estimate.unpriced.length > 0
      ? [
          'NOT PRICED, the totals are too low by:',
          ...estimate.unpriced.map(({ address, type, why }) => `  ${address} (${type}): ${why}`),
        ]
      : ['Every billed resource of the plan is priced.']),
    `Share of the idle total that rests on remembered prices: ${share(remembered(estimate), total.idle)}. Network fees of liquidations are paid in XRD and not in here.`,
  ].join('\n')
}

function dominant(estimate: Estimate, scenario: keyof MonthlyUsd): string {
  const [first] = [...estimate.byType].sort((a, b) => b[scenario].compareTo(a[scenario]))
  return first === undefined ? 'nothing' : `${first.type} (${share(first[scenario], estimate.total[scenario])})`
}

function capacity(tasksForCadence: Decimal, maxTasks: number | undefined): string[] {
  if (maxTasks === undefined) return []
  const needed = tasksForCadence.round(0, 'ToPositiveInfinity')
  return needed.gt(Decimal.fromInteger(maxTasks))
    ? [
        `WARNING: this cadence needs ${needed} tasks at once, the plan allows ${maxTasks}: runs would overlap and expire.`,
      ]
    : [`This cadence needs ${needed} of ${maxTasks} tasks at once.`]
}

function remembered({ lines }: Estimate): Decimal {
  return Decimal.sum(lines.filter(({ verified }) => !verified).map(({ idle }) => idle))
}

/** Cents, rounded half up as bills are. */
export function usd(amount: Decimal): string {
  const [whole = '0', cents = ''] = amount.round(2, 'ToNearestMidpointAwayFromZero').toString().split('.')
  return `${whole}.${cents.padEnd(2, '0')}`
}

function share(part: Decimal, whole: Decimal): string {
  if (whole.isZero()) return '-'
  return `${part.times(Decimal.fromInteger(100)).dividedBy(whole).round(0, 'ToNearestMidpointAwayFromZero')} %`
}

function shortName(address: string): string {
  return address.replace(/module\./g, '')
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        /^[\d.]+( %)?$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
