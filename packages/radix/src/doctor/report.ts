import { type LedgerMoment, NetworkName } from '@weft/domain'
import * as z from 'zod'
import type { GatewayState } from '../gateway/gateway.ts'
import { isJsonObject } from '../sbor/decode.ts'
import { consequencesOf, wouldWork } from './consequences.ts'
import type { Examination, TransactionReading } from './examination.ts'
import { READ_ROWS } from './inventory.ts'
import { type Finding, notShown, type Row, unknown } from './row.ts'
import { settledBy } from './settle.ts'
import { TRANSACTION_ROWS } from './transaction-rows.ts'

const count = z.int().nonnegative()
const text = z.string()

const FindingReport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('as-expected'), found: text }),
  z.strictObject({ kind: z.literal('other-answer'), found: text }),
  z.strictObject({ kind: z.literal('unknown'), why: text, raw: text }),
  z.strictObject({ kind: z.literal('missing'), why: text }),
  z.strictObject({ kind: z.literal('not-shown'), why: text }),
])

/** What `weft doctor --json` prints. Times are UTC in ISO 8601, durations in ms. */
export const DoctorReport = z.strictObject({
  schemaVersion: z.literal(1),
  network: NetworkName,
  /** When the answers were given; for a recording, when it was made. */
  examinedAt: text,
  fromRecording: z.boolean(),
  ledger: z.strictObject({
    stateVersion: count,
    epoch: count,
    time: text,
    /** Negative when it is ahead of this machine's clock. */
    ageMs: z.int(),
    /** Mean over the last half hour; null when no epoch ended in it, or the ledger is younger. */
    epochMs: count.nullable(),
  }),
  gateways: z.array(
    z.strictObject({
      host: text,
      state: text,
      /** Null when it did not answer. */
      release: text.nullable(),
      stateVersion: count.nullable(),
      /** Behind the newest ledger time that any of them told. */
      lagMs: count.nullable(),
    }),
  ),
  requests: z.strictObject({ made: count, most: count }),
  rows: z.array(
    z.strictObject({
      id: text,
      question: text,
      where: text,
      expected: text,
      others: z.array(text),
      consequence: text,
      finding: FindingReport,
    }),
  ),
  /** The transactions of which it is known what they did, and the rows on which each throws light. */
  transactions: z.array(
    z.strictObject({
      what: text,
      intentHash: text,
      /** Null when the network does not have it, or it could not be read. */
      stateVersion: count.nullable(),
      why: text.nullable(),
      settles: z.array(z.strictObject({ row: text, finding: FindingReport })),
    }),
  ),
  capabilities: z.array(z.strictObject({ id: text, name: text, works: z.boolean(), why: z.array(text) })),
  liquidationWouldWork: z.boolean(),
})
export type DoctorReport = z.infer<typeof DoctorReport>

export interface Circumstances {
  /** Unix ms, when the answers were given. */
  readonly nowMs: number
  readonly earlier: LedgerMoment | undefined
  readonly gateways: ReadonlyMap<string, GatewayState>
  readonly requests: number
  readonly mostRequests: number
}

/** All that was found, as one document. */
export function reportOf(seen: Examination, circumstances: Circumstances): DoctorReport {
  const { nowMs, earlier, requests, mostRequests } = circumstances
  const capabilities = consequencesOf(seen, nowMs, earlier)
  const transactions = seen.transactions.map((each) => transactionReport(each, seen))
  return {
    schemaVersion: 1,
    network: seen.network.name,
    examinedAt: new Date(nowMs).toISOString(),
    fromRecording: seen.evidence.recordedAtMs !== undefined,
    ledger: {
      stateVersion: seen.at.stateVersion,
      epoch: seen.at.epoch,
      time: new Date(seen.at.ledgerTimeMs).toISOString(),
      ageMs: nowMs - seen.at.ledgerTimeMs,
      epochMs: epochMs(seen, earlier),
    },
    gateways: gatewaysOf(seen, circumstances),
    requests: { made: requests, most: mostRequests },
    rows: [
      ...READ_ROWS.map(({ find, ...row }) => reported(row, find(seen))),
      ...TRANSACTION_ROWS.map((row) => reported(row, settledOf(row.id, transactions))),
    ],
    transactions,
    capabilities: capabilities.map((each) => ({ ...each, why: [...each.why] })),
    liquidationWouldWork: wouldWork(capabilities),
  }
}

function reported({ others, ...row }: Row, finding: Finding): DoctorReport['rows'][number] {
  return { ...row, others: [...others], finding }
}

type TransactionReport = DoctorReport['transactions'][number]

function transactionReport({ known, facts }: TransactionReading, { market }: Examination): TransactionReport {
  const { what, intentHash } = known
  if (facts.kind === 'failed') return { what, intentHash, stateVersion: null, why: facts.why, settles: [] }
  const settles = market.kind === 'done' ? settledBy(facts.value, market.value) : []
  return { what, intentHash, stateVersion: facts.value.stateVersion, why: null, settles: [...settles] }
}

/** What the transactions say of one row together. */
function settledOf(row: string, transactions: readonly TransactionReport[]): Finding {
  const findings = transactions.flatMap(({ settles }) => settles.filter((each) => each.row === row))
  const told = findings.map(({ finding }) => finding).filter(({ kind }) => kind !== 'not-shown')
  const [first] = told
  if (!first) return notShown(['only a transaction shows it', ...findings.map(whyNotShown)].join('; '))
  return told.every(({ kind }) => kind === first.kind) ? first : unknown('transactions contradict each other', told)
}

function whyNotShown({ finding }: { readonly finding: Finding }): string {
  return 'why' in finding ? finding.why : ''
}

function epochMs({ at }: Examination, earlier: LedgerMoment | undefined): number | null {
  const epochs = at.epoch - (earlier?.epoch ?? at.epoch)
  return earlier && epochs > 0 ? Math.round((at.ledgerTimeMs - earlier.ledgerTimeMs) / epochs) : null
}

function gatewaysOf({ evidence }: Examination, { gateways }: Circumstances): DoctorReport['gateways'] {
  const tips = new Map([...evidence.statuses].map(([host, status]) => [host, tipOf(status)]))
  const newestMs = Math.max(...[...tips.values()].map(({ timeMs }) => timeMs ?? 0))
  return [...gateways].map(([host, state]) => {
    const tip = tips.get(host)
    return {
      host,
      state,
      release: tip?.release ?? null,
      stateVersion: tip?.stateVersion ?? null,
      lagMs: tip?.timeMs === undefined ? null : newestMs - tip.timeMs,
    }
  })
}

function tipOf({ ledger_state: ledger, release_info: info }: Readonly<Record<string, unknown>>) {
  const timeMs = isJsonObject(ledger) ? Date.parse(String(ledger.proposer_round_timestamp)) : Number.NaN
  return {
    release: isJsonObject(info) && typeof info.release_version === 'string' ? info.release_version : undefined,
    stateVersion: isJsonObject(ledger) && typeof ledger.state_version === 'number' ? ledger.state_version : undefined,
    timeMs: Number.isNaN(timeMs) ? undefined : timeMs,
  }
}
