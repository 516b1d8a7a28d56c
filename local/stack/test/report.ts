import type { StackReport } from '../src/report/report.ts'

/** A run with seven candidates, all liquidated, and nothing to complain of. */
export function specimenReport(): Omit<StackReport, 'verdict'> {
  const queue = { sent: 7, deleted: 7, deadLettered: 0, leftOver: 0 }
  return {
    schemaVersion: 1,
    scenario: 'xrd-crash',
    seed: 7,
    network: 'local',
    cdps: 100,
    runs: { dispatched: 3, refused: 0, failed: 0, coverageComplete: 3, coveragePartial: 0 },
    gatewayRequests: { total: 12, byEndpoint: { '/transaction/preview': 12 } },
    candidates: 7,
    liquidations: {
      committed: 7,
      stale: { total: 0, byReason: {} },
      unprofitable: 0,
      failed: 0,
      byKind: { liquidated: 7 },
    },
    ledger: {
      stateVersion: 99,
      liquidatableEver: 7,
      liquidatableAtOnce: 7,
      liquidatableAtEnd: [],
      reasons: {},
      liquidationsCommitted: 7,
      liquidationsByOthers: 0,
      liquidatedTwiceInOneExcursion: [],
      duplicateIntents: 0,
      historyDigest: 'ab',
      digests: { genesis: 'ab', script: 'cd', transactions: 'ef' },
    },
    queues: { indexing: queue, liquidation: queue },
    throttledWrites: {},
    anomalies: { badDebtCdps: [], untrustedSymbols: [], healthDisagreements: 0 },
    timing: {
      detectToCommitMs: { p50: 1, p95: 2, max: 3 },
      queueToDoneSeconds: { p50: 1, p95: 2, max: 3 },
      candidatesPerMinute: 84,
      runSeconds: { p50: 0.5, max: 1 },
    },
    clock: { rate: 240, ledgerSeconds: 5_400 },
    process: { peakRssMiB: 300, wallSeconds: 30 },
  }
}
