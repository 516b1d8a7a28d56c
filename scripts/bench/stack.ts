import { runScenario, scenarioNamed } from '@weft/stack'
import { printClaims } from './claim.ts'

/** The whole system through a crash of XRD with 2 000 CDPs on this machine: 93 minutes of the ledger, of which those with nothing to do fly. */
const report = await runScenario(scenarioNamed('xrd-crash'), { seed: 7, cdps: 2_000 })
printClaims(
  'stack',
  [
    { what: 'xrd-crash with 2 000 CDPs, wall time', measured: report.process.wallSeconds, limit: 180, unit: 's' },
    { what: 'memory of all of it', measured: report.process.peakRssMiB, limit: 1_024, unit: 'MiB' },
    { what: 'queue to done, p95', measured: report.timing.queueToDoneSeconds.p95, limit: 15, unit: 's' },
    { what: 'problems in the verdict', measured: report.verdict.problems.length, limit: 0, unit: '' },
  ],
  {
    liquidations: report.liquidations,
    liquidatableEver: report.ledger.liquidatableEver,
    problems: report.verdict.problems,
  },
)
