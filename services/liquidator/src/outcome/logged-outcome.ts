import { CdpId, RunId } from '@weft/domain'
import * as z from 'zod'
import type { LiquidationOutcome, StaleOutcome } from './outcome.ts'

/** What became of a candidate, as the liquidator's log has it. */
export interface LoggedOutcome {
  readonly runId: RunId
  readonly cdpId: CdpId
  readonly kind: LiquidationOutcome['kind']
  readonly why: string
  readonly staleReason?: StaleOutcome['reason']
  readonly atMs: number
}

const trail = { runId: RunId, cdpId: CdpId, time: z.iso.datetime().transform((time) => Date.parse(time)) }

const OutcomeLine = z.discriminatedUnion('event', [
  z.object({ ...trail, event: z.literal('liquidator.cdp_liquidated'), realisedProfitXrd: z.string() }),
  z.object({
    ...trail,
    event: z.literal('liquidator.liquidation_failed'),
    reason: z.string(),
    feeXrd: z.string(),
  }),
  z.object({ ...trail, event: z.literal('liquidator.intent_expired'), endEpochExclusive: z.number() }),
  z.object({
    ...trail,
    event: z.literal('liquidator.health_disagreed'),
    ours: z.string(),
    ledgers: z.string(),
  }),
  z.object({ ...trail, event: z.literal('liquidator.outflow_refused'), why: z.string() }),
  z.object({
    ...trail,
    event: z.literal('liquidator.candidate_left'),
    outcome: z.string(),
    why: z.string(),
    reason: z.enum(['burned', 'recovered', 'superseded']).optional(),
  }),
])
type OutcomeLine = z.infer<typeof OutcomeLine>

const OUTCOME_EVENTS: ReadonlySet<unknown> = new Set(OutcomeLine.options.map(({ shape }) => shape.event.value))

/**
 * Reads one line of the liquidator's log. @returns `undefined` for a line that is no outcome of a candidate.
 * @throws {z.ZodError} for an outcome that lacks what every outcome has.
 */
export function loggedOutcome(line: string): LoggedOutcome | undefined {
  if (!line.startsWith('{')) return undefined
  const fields: { readonly event?: unknown } = JSON.parse(line)
  if (!OUTCOME_EVENTS.has(fields.event)) return undefined
  const read = OutcomeLine.parse(fields)
  const { runId, cdpId, time: atMs } = read
  return { runId, cdpId, atMs, ...becameOf(read) }
}

function becameOf(line: OutcomeLine): Pick<LoggedOutcome, 'kind' | 'why' | 'staleReason'> {
  switch (line.event) {
    case 'liquidator.cdp_liquidated':
      return { kind: 'liquidated', why: `liquidated for ${line.realisedProfitXrd} XRD` }
    case 'liquidator.liquidation_failed':
      return { kind: 'failed', why: `${line.reason}; it cost ${line.feeXrd} XRD` }
    case 'liquidator.intent_expired':
      return { kind: 'expired', why: `not committed before epoch ${line.endEpochExclusive}` }
    case 'liquidator.health_disagreed':
      return {
        kind: 'health-disagreement',
        why: `our liquidation LTV is ${line.ours}, the ledger's ${line.ledgers}`,
      }
    case 'liquidator.outflow_refused':
      return { kind: 'outflow-refused', why: line.why }
    case 'liquidator.candidate_left':
      return {
        // Its writer is typed: see LiquidatorEvent.
        kind: line.outcome as LiquidationOutcome['kind'],
        why: line.why,
        ...(line.reason ? { staleReason: line.reason } : {}),
      }
  }
}
