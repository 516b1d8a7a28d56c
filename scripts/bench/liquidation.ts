import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startStack } from '@weft/stack'
import { median, printClaims } from './claim.ts'
import { liquidateElsewhere } from './liquidator-process.ts'
import { shockedCandidates } from './shocked-candidates.ts'

/**
 * What one liquidation costs the liquidator itself: ledger and cloud run in this process, the liquidator in another, which reports
 * its own CPU time per candidate; the first one includes starting up.
 */
const here = dirname(fileURLToPath(import.meta.url))
const built = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(here, '..', 'build.ts')], {
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (built.status !== 0) process.exit(built.status ?? 1)
const stack = await startStack({
  seed: 7,
  cdps: 200,
  cadenceMs: 5_000,
  commitDelayMs: { min: 200, max: 400 },
  genesis: { priceDebounceSeconds: 0 },
})
try {
  const candidates = await shockedCandidates(stack)
  const before = await stack.ledger.requestsByEndpoint()
  const figures = await liquidateElsewhere(candidates.slice(0, 25), stack.environment)
  const requests = since(before, await stack.ledger.requestsByEndpoint())
  const { liquidations } = await stack.ledger.control.summary()
  const [first, ...warm] = figures
  printClaims(
    'liquidation',
    [
      {
        what: 'CPU of the first liquidation in a process, start included',
        measured: first?.cpuMs ?? Number.NaN,
        limit: 400,
        unit: 'ms',
      },
      {
        what: 'CPU of a warm liquidation, median',
        measured: median(warm.map((figure) => figure.cpuMs)),
        limit: 40,
        unit: 'ms',
      },
      {
        what: 'messages that were not handled',
        measured: figures.filter(({ failed }) => failed > 0).length,
        limit: 0,
        unit: '',
      },
    ],
    {
      candidates: figures.length,
      liquidated: liquidations.length,
      gatewayRequestsPerCandidate: requests.reduce((sum, [, count]) => sum + count, 0) / figures.length,
      gatewayRequests: Object.fromEntries(requests),
    },
  )
} finally {
  await stack.close()
}

function since(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  return Object.entries(after)
    .map(([endpoint, count]) => [endpoint, count - (before[endpoint] ?? 0)] as const)
    .filter(([, count]) => count > 0)
}
