import type { StackStatus } from '@weft/stack'

const WIDTH = 100

/** The live view as text: one screen, top to bottom along the way of the data. */
export function renderStatus(status: StackStatus): string {
  const { ledger, runs, queues } = status
  const seconds = Math.floor(status.elapsedMs / 1000)
  return [
    `${`weft · scenario ${status.scenario} · ${clockTime(seconds)}`.padEnd(WIDTH - 12)}Ctrl-C stops`,
    rule('ledger'),
    `state version ${ledger.stateVersion} · epoch ${ledger.epoch} · ${ledger.cdps} CDPs · ${ledger.liquidatable} liquidatable now`,
    `prices ${moves(status)}`,
    rule('dispatcher'),
    `${runs.dispatched} runs · ${runs.refused} refused · last took ${runs.lastSeconds.toFixed(1)} s · ${status.gatewayRequests} Gateway requests so far`,
    rule('queues'),
    queueLine('indexing', queues.indexing),
    queueLine('liquidation', queues.liquidation),
    rule('liquidator'),
    `${status.candidates} candidates · ${ledger.liquidations} liquidations on the ledger · ${status.liquidationsPerMinute.toFixed(0)} a minute · ${ledger.liquidationsByOthers} by others`,
    outcomes(status.outcomes),
    rule('latest'),
    ...status.recent.slice(-12).map((line) => line.slice(0, WIDTH)),
    '',
    `Gateway ${status.gatewayUrl} · AWS ${status.awsEndpoint}`,
    `From another terminal: WEFT_AWS_ENDPOINT=${status.awsEndpoint} npm run weft -- executions list`,
  ].join('\n')
}

function rule(title: string): string {
  return `── ${title} ${'─'.repeat(WIDTH - title.length - 4)}`
}

function clockTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function moves(status: StackStatus): string {
  if (status.moves.length === 0) return 'as at the start'
  return status.moves
    .slice(0, 5)
    .map(({ symbol, percent }) => `${symbol} ${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`)
    .join(' · ')
}

function queueLine(name: string, queue: StackStatus['queues']['indexing']): string {
  return `${name.padEnd(12)} ${bar(queue.ready)} ${queue.ready} waiting · ${queue.inFlight} in flight · oldest ${queue.oldestAgeSeconds.toFixed(0)} s`
}

/** Logarithmic: a queue of ten and one of ten thousand both fit a line. */
function bar(count: number): string {
  const filled = count === 0 ? 0 : Math.min(20, Math.ceil(Math.log2(count + 1) * 1.6))
  return `${'█'.repeat(filled)}${'·'.repeat(20 - filled)}`
}

function outcomes(byKind: Readonly<Record<string, number>>): string {
  const rows = Object.entries(byKind).sort(([, a], [, b]) => b - a)
  return rows.length === 0 ? 'no candidate has ended yet' : rows.map(([kind, count]) => `${kind} ${count}`).join(' · ')
}
