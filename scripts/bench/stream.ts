import { runScenario, scenarioNamed } from '@weft/stack'
import { printClaims } from './claim.ts'
import { LIMITS_OF_AWS, unreported } from './stack-run.ts'

/** 250 candidates a minute for five minutes, at the ledger's realistic commit time: half of so many CDPs cross their threshold. */
const CDPS = 2_500
const report = await runScenario(scenarioNamed('stream-250'), { seed: 7, cdps: CDPS })
const { ledger, liquidations, timing, verdict } = report
printClaims(
  'stream',
  [
    // A run more or less between the first candidate and the last is 2 %.
    { what: 'candidates a minute', measured: timing.candidatesPerMinute, limit: 240, bound: 'at-least', unit: '/min' },
    { what: 'queue to done, p95', measured: timing.queueToDoneSeconds.p95, limit: 15, unit: 's' },
    { what: 'liquidations on the ledger that are not reported', measured: unreported(report), limit: 0, unit: '' },
    { what: 'problems in the verdict', measured: verdict.problems.length, limit: 0, unit: '' },
  ],
  {
    liquidatableEver: ledger.liquidatableEver,
    candidates: report.candidates,
    liquidations,
    timing,
    limits: LIMITS_OF_AWS,
    throttledWrites: report.throttledWrites,
    process: report.process,
    problems: verdict.problems,
  },
)
