import * as z from 'zod'

const count = z.int().nonnegative()
const spread = z.strictObject({ p50: z.number(), p95: z.number(), max: z.number() })
const queue = z.strictObject({ sent: count, deleted: count, deadLettered: count, leftOver: count })

/** What one run of the stack did and whether that was right. What concerns the ledger was read from the ledger. */
export const StackReport = z.strictObject({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  seed: count,
  network: z.literal('local'),
  cdps: count,
  runs: z.strictObject({
    dispatched: count,
    refused: count,
    failed: count,
    coverageComplete: count,
    coveragePartial: count,
  }),
  gatewayRequests: z.strictObject({ total: count, byEndpoint: z.record(z.string(), count) }),
  candidates: count,
  liquidations: z.strictObject({
    committed: count,
    stale: z.strictObject({ total: count, byReason: z.record(z.string(), count) }),
    unprofitable: count,
    failed: count,
    /** Every outcome by kind, the four above included. */
    byKind: z.record(z.string(), count),
  }),
  ledger: z.strictObject({
    stateVersion: count,
    /** Different CDPs that were seen liquidatable at some time. */
    liquidatableEver: count,
    /** The most that were seen liquidatable at one moment. */
    liquidatableAtOnce: count,
    liquidatableAtEnd: z.array(z.string()),
    /** Why each of them is left, as the last outcome or judgement of the services says. */
    reasons: z.record(z.string(), z.string()),
    liquidationsCommitted: count,
    liquidationsByOthers: count,
    liquidatedTwiceInOneExcursion: z.array(z.string()),
    duplicateIntents: count,
    historyDigest: z.string(),
    /** What two runs of one seed have in common; see `LedgerDigests` of the local ledger. */
    digests: z.strictObject({ genesis: z.string(), script: z.string(), transactions: z.string() }),
  }),
  queues: z.strictObject({ indexing: queue, liquidation: queue }),
  /** Writes that a partition of the table or of an index had no throughput left for; they were tried again. */
  throttledWrites: z.record(z.string(), count),
  anomalies: z.strictObject({
    badDebtCdps: z.array(z.string()),
    untrustedSymbols: z.array(z.string()),
    healthDisagreements: count,
  }),
  timing: z.strictObject({
    detectToCommitMs: spread,
    queueToDoneSeconds: spread,
    /** Different CDPs queued per minute, from the run that found the first to the one that found the last. */
    candidatesPerMinute: z.number(),
    runSeconds: z.strictObject({ p50: z.number(), max: z.number() }),
  }),
  /** Ledger seconds in a real second while no service had anything in hand, and ledger time from start to end; `wallSeconds` is the real one. */
  clock: z.strictObject({ rate: count, ledgerSeconds: z.number() }),
  process: z.strictObject({ peakRssMiB: count, wallSeconds: z.number() }),
  verdict: z.strictObject({ passed: z.boolean(), problems: z.array(z.string()) }),
})
export type StackReport = z.infer<typeof StackReport>
