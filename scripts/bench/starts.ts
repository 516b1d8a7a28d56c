import { startStack } from '@weft/stack'
import { median, printClaims, quantile } from './claim.ts'
import { liquidateElsewhere } from './liquidator-process.ts'
import { shockedCandidates } from './shocked-candidates.ts'

/** What a storm begins with on AWS: thirty processes of the built liquidator start at once, and each has one candidate. */
const PROCESSES = 30
const stack = await startStack({
  seed: 7,
  cdps: 300,
  cadenceMs: 5_000,
  commitDelayMs: { min: 200, max: 400 },
  genesis: { priceDebounceSeconds: 0 },
})
try {
  const candidates = (await shockedCandidates(stack)).slice(0, PROCESSES)
  const readsBefore = readsOf(stack.cloud.parameters.reads)
  const figures = (await Promise.all(candidates.map((each) => liquidateElsewhere([each], stack.environment)))).flat()
  const starts = figures.map(({ startedAfterMs }) => startedAfterMs)
  printClaims(
    'starts',
    [
      { what: 'processes', measured: figures.length, limit: PROCESSES, bound: 'at-least', unit: '' },
      {
        what: 'messages that were not handled',
        measured: figures.filter(({ failed }) => failed > 0).length,
        limit: 0,
        unit: '',
      },
    ],
    {
      // All at once on the cores of this machine; on AWS each process has its own.
      startMs: { p50: Math.round(median(starts)), max: Math.round(quantile(starts, 1)) },
      cpuMsWithFirstCandidate: Math.round(median(figures.map(({ cpuMs }) => cpuMs))),
      parameterReads: readsOf(stack.cloud.parameters.reads) - readsBefore,
      parameterReadsByName: Object.fromEntries(stack.cloud.parameters.reads),
    },
  )
} finally {
  await stack.close()
}

function readsOf(reads: ReadonlyMap<string, number>): number {
  return [...reads.values()].reduce((sum, each) => sum + each, 0)
}
