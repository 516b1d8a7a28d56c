import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dispatch } from '@weft/dispatcher'
import type { CandidateMessage } from '@weft/domain'
import { CandidateMessage as CandidateSchema, Decimal } from '@weft/domain'
import { indexRange } from '@weft/indexer'
import { startStack } from '@weft/stack'
import * as z from 'zod'
import { median, printClaims } from './claim.ts'

/**
 * What one liquidation costs the liquidator itself: ledger and cloud run in this process, the liquidator in another, which reports
 * its own CPU time per candidate; the first one includes starting up.
 */
const here = dirname(fileURLToPath(import.meta.url))
const DEARER = Decimal.parse('1.5')
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
  const candidates = await shockedCandidates()
  const before = await stack.ledger.requestsByEndpoint()
  const figures = await liquidateElsewhere(candidates.slice(0, 25))
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

async function shockedCandidates(): Promise<readonly CandidateMessage[]> {
  const { tokens } = stack.ledger.addresses
  const { ledger } = stack.deps.dispatcher
  const market = await ledger.marketSnapshot(await ledger.syncPoint())
  const dearer = Object.entries(tokens).flatMap(([symbol, address]) => {
    const price = [...market.prices].find(([resource]) => resource === address)?.[1].feed?.value
    return price && symbol !== 'XRD' && symbol !== 'LSULP' ? [[symbol, price.times(DEARER).toString()] as const] : []
  })
  await stack.ledger.control.setPrices(Object.fromEntries(dearer))
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  const found: CandidateMessage[] = []
  const jobs: Parameters<typeof stack.deps.dispatcher.jobs.send>[0][number][] = []
  await dispatch({ ...stack.deps.dispatcher, jobs: { send: async (sent) => void jobs.push(...sent) } })
  for (const job of jobs)
    await indexRange(job, { ...stack.deps.indexer, candidates: { send: async (sent) => void found.push(...sent) } })
  return found
}

function since(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  return Object.entries(after)
    .map(([endpoint, count]) => [endpoint, count - (before[endpoint] ?? 0)] as const)
    .filter(([, count]) => count > 0)
}

interface Figure {
  readonly failed: number
  readonly cpuMs: number
}

async function liquidateElsewhere(candidates: readonly CandidateMessage[]): Promise<readonly Figure[]> {
  // As plain JavaScript: stripping types is no part of what a liquidation costs.
  const worker = stripTypeScriptTypes(readFileSync(join(here, 'liquidation-worker.ts'), 'utf8'))
  const bundle = join(here, '..', '..', 'dist', 'liquidator', 'index.mjs')
  const child = spawn(process.execPath, ['--input-type=module', '--eval', worker, bundle], {
    env: { ...process.env, ...stack.environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.end(JSON.stringify(candidates.map((each) => JSON.stringify(z.encode(CandidateSchema, each)))))
  let text = ''
  for await (const chunk of child.stderr) text += String(chunk)
  const lines = text.trim().split('\n')
  if (!lines.every((line) => line.startsWith('{'))) throw new Error(`The built liquidator failed: ${text}`)
  return lines.map((line) => JSON.parse(line) as Figure)
}
