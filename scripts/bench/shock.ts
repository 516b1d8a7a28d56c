import { runScenario, scenarioNamed } from '@weft/stack'
import { printClaims } from './claim.ts'
import { LIMITS_OF_AWS, unreported } from './stack-run.ts'

/** One price update that makes 30 % of 1 138 CDPs liquidatable at once, at the ledger's realistic commit time. */
const CDPS = 1_138
const report = await runScenario(scenarioNamed('shock-30'), { seed: 7, cdps: CDPS })
const { ledger, liquidations, timing, verdict } = report
const share = ledger.liquidatableAtOnce / CDPS
printClaims(
  'shock',
  [
    { what: 'CDPs liquidatable at once', measured: share, limit: 0.28, bound: 'at-least', unit: 'of all' },
    { what: 'CDPs liquidatable at once', measured: share, limit: 0.32, unit: 'of all' },
    { what: 'queue to done, p95', measured: timing.queueToDoneSeconds.p95, limit: 15, unit: 's' },
    {
      what: 'liquidations per CDP that was liquidatable',
      measured: ledger.liquidationsCommitted / ledger.liquidatableEver,
      limit: 1.2,
      unit: '',
    },
    { what: 'liquidations on the ledger that are not reported', measured: unreported(report), limit: 0, unit: '' },
    { what: 'problems in the verdict', measured: verdict.problems.length, limit: 0, unit: '' },
  ],
  {
    liquidatableEver: ledger.liquidatableEver,
    liquidations,
    timing,
    limits: LIMITS_OF_AWS,
    throttledWrites: report.throttledWrites,
    problems: verdict.problems,
  },
)
