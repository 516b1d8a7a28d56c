import { runScenario, scenarioNamed } from '@weft/stack'
import { printClaims } from './claim.ts'

/** One price update that makes some 30 % of 1 138 CDPs liquidatable at once, at the ledger's realistic commit time. */
const CDPS = 1_138
const report = await runScenario(scenarioNamed('shock-30'), { seed: 7, cdps: CDPS })
printClaims(
  'shock',
  [
    { what: 'queue to done, p95', measured: report.timing.queueToDoneSeconds.p95, limit: 15, unit: 's' },
    { what: 'problems in the verdict', measured: report.verdict.problems.length, limit: 0, unit: '' },
  ],
  {
    shareLiquidatable: report.ledger.liquidatableEver / CDPS,
    liquidations: report.liquidations,
    timing: report.timing,
    problems: report.verdict.problems,
  },
)
